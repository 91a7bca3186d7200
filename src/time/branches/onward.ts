// A dream goes on from a fork: it is given inputs as it comes to need them, for the ticks of
// another run mean nothing in it. Standard input comes when the machine waits for it, calls when it
// is idle, the rest at its tick.
import type { Input } from '../../machine/input-log.ts'
import type { Machine } from '../../machine/machine.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { inputElapsed } from '../../wall/devices/console.ts'
import { giveAgain, type Runner, type Twin } from '../../wall/retrace.ts'
import { inputOfBeam, isInput } from '../lineage/beam.ts'
import type { Lineage } from '../lineage/lineage.ts'

type Given = Exclude<Input, { kind: 'instantiate' }>

/** Inputs of a run behind a tick. */
export function inputsBehind({ beams }: Lineage, tick: number): Given[] {
  return beams.flatMap(({ kind, payload, ...beam }) =>
    isInput(kind) && payload !== null && beam.tick > tick
      ? [inputOfBeam({ ...beam, kind, payload })]
      : [],
  )
}

const isConsole = (input: Given): boolean => input.kind === 'device' && input.device === 'console'
/** Of console inputs: does it say that a time passed? */
const isElapsed = (input: Given): boolean =>
  input.kind === 'device' && input.bytes[0] === inputElapsed()[0]

/** A memory may be smaller in a dream: what the world wrote beyond its end is lost. */
function fits({ store }: Machine, input: Given): boolean {
  if (input.kind !== 'write') return true
  const memory = store.memories[input.shard]
  if (memory === undefined) return false
  return input.offset + input.bytes.length <= memory.sizePages * PAGE_BYTES
}

export class Onward {
  private readonly twin: Twin
  private readonly run: Runner
  private readonly reads: Given[]
  private readonly others: Given[]

  /** `reads`: payloads of standard input in place of those among the inputs; null: none. */
  constructor(
    twin: Twin,
    run: Runner,
    inputs: readonly Given[],
    reads: readonly Uint8Array[] | null,
  ) {
    this.twin = twin
    this.run = run
    this.others = inputs.filter((input) => !isConsole(input)).reverse()
    const own = reads?.map(
      (bytes): Given => ({ tick: 0, kind: 'device', waiting: true, device: 'console', bytes }),
    )
    this.reads = (own ?? inputs.filter(isConsole)).slice().reverse()
  }

  /** Runs at most `budget` ticks, not past `last`. True: it ended, or waits and nothing comes. */
  advance(budget: number, last = Number.MAX_SAFE_INTEGER): boolean {
    const m = this.twin.machine
    const limit = Math.min(m.ticks + budget, last)
    for (;;) {
      if (this.give()) continue
      if (m.status !== 'running') return true
      if (m.ticks >= limit) return m.ticks >= last
      const next = this.others.at(-1)
      const timed = next === undefined || next.kind === 'invoke' ? limit : next.tick
      this.run(m, Math.min(limit, Math.max(timed, m.ticks + 1)) - m.ticks)
    }
  }

  /** Gives the machine one input, if it can take one now. */
  private give(): boolean {
    const m = this.twin.machine
    if (m.status === 'waiting') return this.giveRead()
    const next = this.others.at(-1)
    if (next === undefined) return false
    const takes = next.kind === 'invoke' ? m.status === 'idle' : this.isDue(next)
    if (!takes) return false
    this.others.pop()
    if (fits(m, next)) giveAgain(this.twin, next)
    return true
  }

  private isDue(input: Given): boolean {
    const { status, ticks } = this.twin.machine
    return status === 'idle' || (status === 'running' && input.tick <= ticks)
  }

  private giveRead(): boolean {
    const patient = this.twin.world.console.patience !== null
    let next = this.reads.pop()
    while (next !== undefined && isElapsed(next) && !patient) next = this.reads.pop()
    if (next === undefined) return false
    giveAgain(this.twin, next)
    return true
  }
}
