// What one instruction reads and writes in the machine's memories: it is executed, by the stepper,
// while someone looks.
import type { Machine } from '../../machine/machine.ts'
import { step } from '../../machine/step.ts'

export interface Access {
  readonly does: 'read' | 'write'
  readonly memory: number
  readonly from: number
  readonly to: number
}

/** Executes the next instruction of a running machine; its accesses in their order. */
export function stepAccesses(m: Machine): Access[] {
  const found: Access[] = []
  const memories = m.store.memories.slice()
  memories.forEach((memory, number) => {
    const note = (does: Access['does'], at: number, sizeBytes: number): void => {
      if (sizeBytes > 0) found.push({ does, memory: number, from: at, to: at + sizeBytes })
    }
    memory.witness = {
      read: (at, sizeBytes) => note('read', at, sizeBytes),
      write: (at, sizeBytes) => note('write', at, sizeBytes),
    }
  })
  try {
    step(m)
  } finally {
    for (const memory of memories) memory.witness = null
  }
  return found
}
