// A process: one program, watched in some windows of its run, by the stepper and by compiled code.
// Parameters: the program, a seed, how many windows, below which tick. Prints what was compared.
import assert from 'node:assert/strict'
import { plainVariant } from '../../src/jit/variant.ts'
import type { Machine, Place } from '../../src/machine/machine.ts'
import { type Engine, run } from '../../src/machine/run.ts'
import { Trace, type VirtualBeam } from '../../src/machine/trace.ts'
import { type Range, Watchpoints } from '../../src/machine/watch.ts'
import { WriteIndex } from '../../src/machine/write-index.ts'
import type { Vac } from '../../src/vac.ts'
import { Random } from '../fuzz/random.ts'
import { print, restored, Written } from '../sqlite/machine.ts'
import { randomTicks } from '../sqlite/shell.ts'
import { newProgram } from './program-cases.ts'
import { attachJit, detach, runTo } from './sides.ts'

export interface WatchedRun {
  readonly stops: number
  readonly notes: number
  /** Words of the indexes. */
  readonly words: number
  readonly beams: number
  /** Of the ticks of the windows, those that compiled code ran. */
  readonly compiledShare: number
}

/** Ticks of a window's stops, of its note, and from which ranges are chosen. */
const STOP_TICKS = 150_000
const NOTE_TICKS = 400_000
/** More than the ring of compiled code has. */
const TRACE_TICKS = 80_000
const TRACE_BEAMS = 50_000
const LOOK_TICKS = 2_000
const MOST_STOPS = 40
const RANGES = 2

const [name, seed, count, end] = process.argv.slice(2)
const r = new Random(Number(seed))
const vac = await newProgram(name, new Written(), 'interpreter')
detach(vac.machine)
const jit = attachJit(vac.machine, plainVariant)
const total = { stops: 0, notes: 0, words: 0, beams: 0, ticks: 0, compiled: 0 }

/** The same machine, for the stepper. */
function twin(): Vac {
  const other = restored(vac.save(), new Written())
  detach(other.machine)
  return other
}

interface Chosen {
  readonly range: Range
  /** Where an instruction stands that accesses memory soon. */
  readonly places: readonly Place[]
}

/** A range of a few bytes that is touched soon. */
function chosen(): Chosen {
  const { machine } = twin()
  const all = { memory: 0, from: 0, to: 2 ** 31, reads: true, writes: true }
  run(machine, r.below(LOOK_TICKS), null, 'stepper')
  const watch = new Watchpoints('stop', [all])
  run(machine, LOOK_TICKS, watch, 'stepper')
  const { address, sizeBytes, place } = watch.hit ?? { address: 1_024, sizeBytes: 4, place: null }
  const from = Math.max(0, address + r.pick([0, 0, sizeBytes - 1, -1, sizeBytes]))
  const [reads, writes] = r.pick([
    [true, true],
    [false, true],
  ])
  const range = { memory: 0, from, to: from + r.pick([1, 4, 8, 64]), reads, writes }
  return { range, places: place === null || r.chance(0.4) ? [] : [place] }
}

function stops(machine: Machine, engine: Engine, { range, places }: Chosen): object[] {
  const to = machine.ticks + STOP_TICKS
  const found: object[] = []
  while (machine.status === 'running' && machine.ticks < to) {
    const watch = found.length < MOST_STOPS ? new Watchpoints('stop', [range], places) : null
    run(machine, to - machine.ticks, watch, engine)
    if (watch?.hit) found.push(watch.hit)
  }
  return found
}

function note(machine: Machine, engine: Engine, { range, places }: Chosen): number {
  const watch = new Watchpoints('note', [range], places)
  run(machine, NOTE_TICKS, watch, engine)
  return watch.latest
}

function written(machine: Machine, engine: Engine): number[] {
  const index = new WriteIndex()
  run(machine, NOTE_TICKS, index, engine)
  return index.words(0)
}

function traced(machine: Machine, engine: Engine): VirtualBeam[] {
  const trace = new Trace(TRACE_BEAMS)
  run(machine, TRACE_TICKS, trace, engine)
  return [...trace.beams()]
}

for (const tick of randomTicks(Number(seed), Number(count), Number(end))) {
  runTo(vac.machine, tick)
  for (let round = 0; round < RANGES; round++) {
    const exact = twin()
    const what = chosen()
    const says = `${JSON.stringify(what)} from tick ${vac.ticks}`
    const [ticks, compiled] = [vac.ticks, jit.compiledTicks]
    const expected = stops(exact.machine, 'stepper', what)
    assert.deepEqual(stops(vac.machine, 'auto', what), expected, `stops: ${says}`)
    const noted = note(exact.machine, 'stepper', what)
    assert.equal(note(vac.machine, 'auto', what), noted, `the note: ${says}`)
    const words = written(exact.machine, 'stepper')
    assert.deepEqual(written(vac.machine, 'auto'), words, `the index: ${says}`)
    const beams = traced(exact.machine, 'stepper')
    assert.deepEqual(traced(vac.machine, 'auto'), beams, `the trace: ${says}`)
    assert.equal(vac.root(), exact.root(), `the root at tick ${vac.ticks}: ${says}`)
    total.stops += expected.length
    total.notes += noted < 0 ? 0 : 1
    total.words += words.length
    total.beams += beams.length
    total.ticks += vac.ticks - ticks
    total.compiled += jit.compiledTicks - compiled
  }
}
const { ticks, compiled, ...found } = total
const result: WatchedRun = { ...found, compiledShare: compiled / ticks }
print(result)
