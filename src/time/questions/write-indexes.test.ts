import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VacError } from '../../base/errors.ts'
import { recordingHost } from '../../host/recording-files.ts'
import { chanceOf } from '../../isa/tools/random-program.ts'
import { VacStage } from '../../recorded-run.ts'
import { Vac } from '../../vac.ts'
import { Timeline } from '../timeline.ts'
import { recordedSample } from '../tools/recorded-sample.ts'
import { Questions } from './questions.ts'
import { type IndexStore, WriteIndexes } from './write-indexes.ts'

const chance = chanceOf(20_261_127)
const sample = await recordedSample((limit) => Math.floor(chance() * limit))

class Kept implements IndexStore {
  readonly files = new Map<string, Uint8Array>()
  readonly told: VacError[] = []
  written = 0
  readonly read = (name: string): Uint8Array | null => this.files.get(name) ?? null
  readonly write = (name: string, bytes: Uint8Array): void => {
    this.files.set(name, bytes)
    this.written++
  }
  readonly damaged = (error: VacError): void => void this.told.push(error)
}

/** `watched`: ticks that were run while something was watched for. */
function opened() {
  const facts = { watched: 0 }
  const timeline = new Timeline(sample.lineage, sample.begin, (saved) => {
    return new VacStage(Vac.of(saved, { engine: 'jit' }))
  })
  const watch = timeline.watch.bind(timeline)
  timeline.watch = (from, to, what) => {
    facts.watched += to - from
    return watch(from, to, what)
  }
  // A short run has one interval: so that it has some, at uneven ticks.
  const ticks = [0.1, 0.2, 0.4, 0.6, 0.8, 0.97].map((part) => Math.floor(part * sample.ticks))
  Object.defineProperty(timeline, 'boundaries', { value: ticks })
  return { timeline, facts }
}

function all<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

/**
 * Asks for the last write of a word that no late interval wrote; `beside`: while the other half of
 * its eight bytes was written at the end.
 */
function asked(store: IndexStore, beside = false): { tick: number; watched: number; last: number } {
  const known = new WriteIndexes(opened().timeline, null)
  all(known.make())
  const wrote = (interval: number, at: number): boolean => known.wrote(interval, 0, at, at + 4)
  const lastOf = (at: number): number => {
    return [6, 5, 4, 3, 2, 1, 0].find((interval) => wrote(interval, at)) ?? 9
  }
  let at = 0
  for (let word = 0; word < 2 ** 18; word += 4) {
    if (beside && lastOf(word ^ 4) !== 6) continue
    if (lastOf(word) < lastOf(at)) at = word
  }
  const last = lastOf(at)
  assert.ok(last < 6, 'some word was not written at the end')
  const { timeline, facts } = opened()
  const questions = new Questions(timeline, { ...recordingHost, store })
  const found = all(questions.lastWriteTick({ memory: 0, from: at, to: at + 4 }, sample.ticks))
  const { from, to } = known.intervals[last]
  assert.ok(found !== null && found.tick > from && found.tick <= to)
  return { tick: found.tick, watched: facts.watched, last: to - from }
}

test('an index is made once, stored, and read by who asks next', () => {
  const store = new Kept()
  const first = new WriteIndexes(opened().timeline, { ...recordingHost, store })
  all(first.make())
  assert.equal(store.written, 1)
  const { timeline, facts } = opened()
  const second = new WriteIndexes(timeline, { ...recordingHost, store })
  all(second.make())
  assert.equal(facts.watched, 0, 'nothing was run for it')
  assert.equal(second.intervals.length, 7)
  const plain = new WriteIndexes(opened().timeline, null)
  all(plain.make())
  let written = 0
  for (let interval = 0; interval < 7; interval++) {
    for (let at = 0; at < 2 ** 18; at += 4) {
      const does = first.wrote(interval, 0, at, at + 1)
      if (does) written++
      if (does === second.wrote(interval, 0, at, at + 1)) {
        if (does === plain.wrote(interval, 0, at, at + 1)) continue
      }
      assert.fail(`interval ${interval}, address ${at}`)
    }
  }
  assert.ok(written > 100 && written < 7 * 2 ** 16, `${written} words`)
})

test('an index that was changed anywhere is told, and made again', () => {
  const store = new Kept()
  all(new WriteIndexes(opened().timeline, { ...recordingHost, store }).make())
  const [[name, file]] = store.files
  for (let round = 0; round < 40; round++) {
    const changed = round === 0 ? file.slice(0, 20) : file.slice()
    if (round > 0) changed[Math.floor(chance() * file.length)] ^= 1 << Math.floor(chance() * 8)
    const other = new Kept()
    other.files.set(name, changed)
    const { timeline } = opened()
    const indexes = new WriteIndexes(timeline, { ...recordingHost, store: other })
    // Made again only in the first rounds: it takes a run.
    const work = indexes.make()
    if (round < 2) all(work)
    else work.next()
    assert.equal(other.told.length, 1, `round ${round}`)
    assert.equal(other.told[0].code, 'RECORDING_DAMAGED')
    if (round < 2) assert.deepEqual(other.files.get(name), file)
  }
})

test('questions use what is stored', () => {
  const store = new Kept()
  const first = asked(store)
  assert.equal(store.written, 1)
  const second = asked(store)
  assert.equal(store.written, 1)
  assert.equal(first.tick, second.tick)
  assert.equal(first.watched - second.watched, sample.ticks, 'the index took one run')
})

test('a word is looked for where it was written, not where the bytes beside it were', () => {
  const store = new Kept()
  asked(store, true)
  const { watched, last } = asked(store, true)
  const end = sample.ticks - Math.floor(0.97 * sample.ticks)
  assert.ok(watched <= end + last, `${watched} ticks`)
})

test('bytes that others of their word were written beside are looked for in vain once', () => {
  const { timeline, facts } = opened()
  const questions = new Questions(timeline)
  // Each input is read to address 256; the word is else stored as a whole, and seldom.
  const ask = () => {
    facts.watched = 0
    const found = [...timeline.boundaries, sample.ticks].map((tick) =>
      all(questions.lastWriteTick({ memory: 0, from: 257, to: 258 }, tick)),
    )
    return { found, watched: facts.watched }
  }
  const [first, second] = [ask(), ask()]
  assert.deepEqual(second.found, first.found)
  const index = sample.ticks
  assert.ok(
    second.watched < first.watched - index,
    `${first.watched}, then ${second.watched} ticks`,
  )
})
