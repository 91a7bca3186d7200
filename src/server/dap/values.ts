// Values as a debug client lists them, and what it opens in them. References are good until the
// machine moves.
import type { DebugProtocol } from '@vscode/debugprotocol'
import { VacError } from '../../base/errors.ts'
import { kindNames } from '../../isa/types.ts'
import type { Machine } from '../../machine/machine.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import type { Bytes } from '../../recorded-run.ts'
import type { Variable } from '../../wasm/dwarf/program-source.ts'
import type { NamedValue } from '../debug/frames.ts'
import { bytesReference } from './references.ts'

export interface Item {
  readonly shown: DebugProtocol.Variable
  /** Where it lies; null: in no memory. */
  readonly bytes: Bytes | null
}

export class Values {
  private lists: (() => Item[])[] = []

  clear(): void {
    this.lists = []
  }

  /** A reference to what is made when it is opened. */
  add(list: () => Item[]): number {
    return this.lists.push(list)
  }

  /** Errors: REQUEST_INVALID. */
  open(reference: number): Item[] {
    const list = this.lists[reference - 1]
    if (list !== undefined) return list()
    throw new VacError('REQUEST_INVALID', {
      found: `variables ${reference}`,
      expected: 'those of the place where the machine stands',
    })
  }

  /** A variable of the source; `memory`: what its addresses are of. */
  ofSource(memory: number, variable: Variable): Item {
    const { name, type, value, address, sizeBytes } = variable
    const isOpen = variable.children.length > 0
    const list = (): Item[] => variable.children.map((child) => this.ofSource(memory, child))
    const at = address === null ? {} : { memoryReference: bytesReference(memory, BigInt(address)) }
    const reference = isOpen ? this.add(list) : 0
    return {
      shown: { name, value, type, variablesReference: reference, ...at },
      bytes:
        address === null || sizeBytes === 0
          ? null
          : { memory, from: address, to: address + sizeBytes },
    }
  }
}

export const fact = (name: string, value: string): Item => ({
  shown: { name, value, variablesReference: 0 },
  bytes: null,
})

/** A local, an operand or a global; as an address of memory 0 it may be followed. */
export function machineValue(m: Machine, { title, name, kind, text, address }: NamedValue): Item {
  const sizeBytes = BigInt((m.store.memories[0]?.sizePages ?? 0) * PAGE_BYTES)
  const leads = address !== null && address > 0n && address < sizeBytes
  return {
    shown: {
      name: name ?? title,
      value: text,
      type: kindNames[kind],
      evaluateName: name ?? title,
      variablesReference: 0,
      ...(leads ? { memoryReference: bytesReference(0, address) } : {}),
    },
    bytes: null,
  }
}

/** Each memory, as its first bytes. */
export const memoryItems = (m: Machine): Item[] =>
  m.store.memories.map((memory, number) => ({
    shown: {
      name: `memory ${number}`,
      value: `${memory.sizePages} pages of ${PAGE_BYTES} bytes`,
      variablesReference: 0,
      memoryReference: bytesReference(number, 0n),
    },
    bytes: { memory: number, from: 0, to: 4 },
  }))
