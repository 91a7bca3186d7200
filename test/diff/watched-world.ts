// One generated world, watched: the stepper and compiled code stop at the same ticks, in the same
// state, for the same reason, and note the same tick.
import type { Jit } from '../../src/jit/jit.ts'
import { checkedVariant } from '../../src/jit/variant.ts'
import type { Machine, Place } from '../../src/machine/machine.ts'
import { Trace } from '../../src/machine/trace.ts'
import { type Hit, placeKey, type Range, Watchpoints } from '../../src/machine/watch.ts'
import { WriteIndex } from '../../src/machine/write-index.ts'
import { type Checked, compare } from '../fuzz/differential.ts'
import { generateWorld, type WorldSpec } from '../fuzz/generate.ts'
import { type Plan, runWorld } from '../fuzz/guest.ts'
import { Random } from '../fuzz/random.ts'
import { attachJit } from './sides.ts'

const MOST_STOPS = 60
const ROUNDS = 1
/** Accesses of a world from which ranges are chosen. */
const MOST_ACCESSES = 300
const END = Number.MAX_SAFE_INTEGER

/** The first accesses of a world. */
function accessesOf(spec: WorldSpec): Hit[] {
  const found: Hit[] = []
  runWorld(
    spec,
    {
      name: 'accesses',
      roots: false,
      next: () => ({ engine: 'stepper', ticks: END, reload: false }),
      watch: ({ store }) => {
        if (found.length >= MOST_ACCESSES || store.memories.length === 0) return null
        const ranges = [...store.memories.keys()].map((memory) => ({
          memory,
          from: 0,
          to: 2 ** 31,
          reads: true,
          writes: true,
        }))
        return new Watchpoints('stop', ranges)
      },
      stopped: (_, watch) => {
        if (watch instanceof Watchpoints && watch.hit !== null) found.push(watch.hit)
      },
    },
    [],
  )
  return found
}

/** A range that some access touches, or just misses: most often one byte at an access's edge. */
function rangeNear(r: Random, accesses: readonly Hit[]): Range {
  const { memory, address, sizeBytes } = r.pick(accesses)
  const edge = r.pick([-1, 0, sizeBytes - 1, sizeBytes, r.range(-9, sizeBytes + 2)])
  const from = Math.max(0, address + edge)
  const to = from + r.pick([1, 1, 1, 2, 4, 8, 16, 100, 4_096])
  const [reads, writes] = r.pick([
    [true, true],
    [false, true],
    [true, false],
  ])
  return { memory, from, to, reads, writes }
}

/** Somewhere in a function that the world has, in the hope that it is executed. */
function somePlace(r: Random, spec: WorldSpec): Place {
  const instance = r.range(1, spec.programs.length)
  const { imports, functions } = spec.programs[instance - 1]
  const imported = imports.filter(({ extern }) => extern.kind === 'func').length
  const at = r.below(functions.length)
  const pc = r.chance(0.2) ? 0 : r.below(functions[at].code.op.length)
  return { instance, function: imported + at, pc }
}

type Watched = Pick<Plan, 'watch' | 'stopped'> & { readonly stops: string[] }

/** Stops with all that they tell, at most so many; then the run goes on unwatched. */
function stopping(ranges: readonly Range[], places: readonly Place[]): Watched {
  const stops: string[] = []
  return {
    stops,
    watch: () => (stops.length < MOST_STOPS ? new Watchpoints('stop', ranges, places) : null),
    stopped: (root, watch) => {
      if (watch instanceof Watchpoints && watch.hit !== null)
        stops.push(`${JSON.stringify(watch.hit)} ${root()}`)
    },
  }
}

/** Notes from many intervals: where each ended, and the tick. */
function noting(range: Range, places: readonly Place[]): Watched {
  const stops: string[] = []
  return {
    stops,
    watch: () => new Watchpoints('note', [range], places),
    stopped: (_, watch, { ticks, status }: Machine) => {
      if (watch instanceof Watchpoints) stops.push(`to ${ticks} ${status}: ${watch.latest}`)
    },
  }
}

/** The words that each of many intervals wrote. */
function indexing(): Watched {
  const stops: string[] = []
  return {
    stops,
    watch: () => new WriteIndex(),
    stopped: (_, watch, { ticks, store }: Machine) => {
      if (!(watch instanceof WriteIndex)) return
      const words = store.memories.map((_, memory) => watch.words(memory).join())
      stops.push(`to ${ticks}: ${words.join(' ')}`)
    },
  }
}

/** The latest beams of each of many intervals. */
function tracing(capacity: number): Watched {
  const stops: string[] = []
  return {
    stops,
    watch: () => new Trace(capacity),
    stopped: (_, watch) => {
      if (!(watch instanceof Trace)) return
      for (const { tick, place, address, value } of watch.beams())
        stops.push(`${tick} ${placeKey(place)} ${address} ${value}`)
    },
  }
}

/** Throws a Divergence, or whatever the machine throws. */
export function checkWatched(seed: number): Checked {
  const spec = generateWorld(seed)
  const r = new Random(seed + 0.125e9)
  const jits: Jit[] = []
  const accesses = accessesOf(spec)
  const plain = runWorld(spec, planOf('stepper', [END], { stops: [] }), [])
  if (accesses.length > 0) {
    const attach = (machine: Machine): void => {
      jits.push(attachJit(machine, checkedVariant))
    }
    for (let round = 0; round < ROUNDS; round++) {
      const ranges = Array.from({ length: r.range(1, 2) }, () => rangeNear(r, accesses))
      const pieces = Array.from({ length: 50 }, () => r.range(1, r.pick([50, 500, 5_000])))
      const most = r.pick([0, 1, 4, 20])
      const places = Array.from({ length: most }, () => somePlace(r, spec))
      const capacity = r.pick([1, 10, 300, 20_000])
      const makes = [
        () => stopping(ranges, places),
        () => noting(ranges[0], places),
        indexing,
        () => tracing(capacity),
      ]
      for (const make of makes) {
        const expected = make()
        const found = make()
        compare('watched', runWorld(spec, planOf('stepper', pieces, expected), []), plain)
        compare('watched', runWorld(spec, { ...planOf('auto', pieces, found), attach }, []), plain)
        compareStops(found.stops, expected.stops, [...ranges, ...places])
      }
    }
  }
  return {
    spec,
    ticks: plain.ticks,
    reloads: 0,
    lines: plain.lines,
    compiledTicks: jits.reduce((sum, jit) => sum + jit.compiledTicks, 0),
  }
}

function planOf(engine: 'stepper' | 'auto', pieces: readonly number[], watched: Watched): Plan {
  let at = 0
  const next = () => ({ engine, ticks: pieces[at++ % pieces.length], reload: false })
  return { name: engine, roots: false, next, ...watched }
}

function compareStops(
  found: readonly string[],
  expected: readonly string[],
  watched: readonly (Range | Place)[],
): void {
  const count = Math.max(found.length, expected.length)
  for (let at = 0; at < count; at++) {
    if (found[at] === expected[at]) continue
    throw new Error(
      `stop ${at} of compiled code differs, watching ${JSON.stringify(watched)}\n` +
        `  expected ${expected[at]}\n  found    ${found[at]}`,
    )
  }
}
