// A long run, recorded while compiled code ran it: going to any tick, from checkpoints, comes to
// the root that a straight run has there; so does the interpreter, and another Node.
// VAC_SEEKS: how many ticks (60).
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openRecording } from '../../src/host/recording-files.ts'
import { chanceOf } from '../../src/isa/tools/random-program.ts'
import { inTurns, RecordedRun } from '../../src/recorded-run.ts'
import { Replay } from '../../src/time/lineage/replay.ts'
import { Vac } from '../../src/vac.ts'
import { vac } from '../cli/command.ts'
import { inProcess } from '../programs/process.ts'
import { node24 } from '../sqlite/node-24.ts'
import { churnFile } from './churn.ts'
import type { Roots } from './roots.ts'

const SEEKS = Number(process.env.VAC_SEEKS ?? 60)
const SEED = Number(process.env.VAC_SEEKS_SEED ?? 20_261_127)
const LEAST_TICKS = 10 ** 9
/** What the interpreter makes again. */
const PART_TICKS = 10 ** 8
/** A second of a fast host, and twice as many until there are some checkpoints. */
const FIRST_ROUNDS = 10_000
const LEAST_CHECKPOINTS = 3

const chance = chanceOf(SEED)
const below = (limit: number): number => Math.floor(chance() * limit)

const folder = mkdtempSync(join(tmpdir(), 'vac-seeks-'))
after(() => rmSync(folder, { recursive: true }))
const program = churnFile(join(folder, 'churn.wat'), { rounds: 0, reads: true })

let path = ''
let input = ''
/** Ticks that are gone to, in this order. */
let wanted: readonly number[] = []
/** Where a part begins that has a checkpoint before it. */
let partAt = 0
let lastTick = 0
const partTicks = (): number[] => [1, 2, 3, 4].map((quarter) => partAt + (quarter * PART_TICKS) / 4)
let roots: ReadonlyMap<number, string> = new Map()

/** The roots of a run that goes from its beginning straight on, by no checkpoint. */
async function straight(ticks: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const { begin, lineage } = await openRecording(path)
  const run = Vac.restore(begin, { engine: 'jit' })
  const replay = new Replay(run, lineage, (_, budget) => void run.run(budget))
  const found = new Map<number, string>()
  for (const tick of [...ticks].sort((a, b) => a - b)) {
    while (!replay.advance(tick, Number.MAX_SAFE_INTEGER));
    assert.equal(run.ticks, tick)
    found.set(tick, run.root())
  }
  return found
}

/** The root at its end. */
async function record(rounds: number): Promise<string> {
  path = join(folder, `run-${rounds}`)
  input = `${'x'.repeat(99)}\n`.repeat(rounds / 100)
  const words = ['run', '--engine', 'jit', '--json', '--record', path, program]
  const recorded = await vac(words, input)
  assert.equal(recorded.exit, 0, recorded.stderr)
  const facts = JSON.parse(recorded.stdout)
  assert.ok(facts.ticks >= LEAST_TICKS && facts.engine.compiledTicks > 0.99 * facts.ticks)
  return facts.root
}

before(async () => {
  let stored: readonly number[] = []
  let lastRoot = ''
  for (let rounds = FIRST_ROUNDS; stored.length < LEAST_CHECKPOINTS; rounds *= 2) {
    lastRoot = await record(rounds)
    const run = await RecordedRun.open(path)
    lastTick = run.lastTick
    stored = run.checkpoints.descriptors.map(({ tick }) => tick)
  }
  const ticks = Array.from({ length: SEEKS }, () => below(lastTick + 1))
  wanted = [...ticks, lastTick, ...stored.map((tick) => tick + below(3) - 1)]
  partAt = stored[1] + below(1000)
  roots = await straight([...wanted, partAt, ...partTicks()])
  assert.equal(roots.get(lastTick), lastRoot)
})

test(`${SEEKS} random ticks of a recording have the roots of a straight run`, async (t) => {
  const run = await RecordedRun.open(path, 'jit')
  for (const tick of wanted) {
    assert.equal((await run.at(tick)).root(), roots.get(tick), `tick ${tick}, seed ${SEED}`)
  }
  assert.ok(new Set(roots.values()).size > SEEKS * 0.9, 'roots differ from tick to tick')
  const checkpoints = run.checkpoints.descriptors.length
  t.diagnostic(`${run.lastTick} ticks, ${checkpoints} checkpoints, ${wanted.length} seeks`)
})

test('runs that were not recorded have the same roots', async () => {
  for (const tick of wanted.slice(0, 2)) {
    const words = ['run', '--ticks', `${tick}`, '--json', program]
    assert.equal(JSON.parse((await vac(words, input)).stdout).root, roots.get(tick))
  }
})

test(`the interpreter makes ${PART_TICKS} ticks again, to the same roots`, async () => {
  const run = await RecordedRun.open(path, 'interpreter')
  await run.at(partAt)
  assert.equal(run.vac.root(), roots.get(partAt))
  for (const tick of partTicks()) {
    // Through all instructions, whatever checkpoints there are.
    await inTurns(run.timeline.watch(run.vac.ticks, tick, null), () => {})
    assert.equal(run.vac.root(), roots.get(tick), `tick ${tick}`)
  }
  assert.equal(run.vac.engineFacts.compiledTicks, 0)
})

test('Node 24 comes to the same roots', async (t) => {
  const other = node24()
  if (other === null) {
    t.skip('GAP: npm cannot install node@24 here; no recording was replayed on Node 24')
    return
  }
  const ticks = [...wanted.slice(0, 10), ...wanted.slice(-4)]
  const script = join('..', 'time', 'roots.ts')
  for (const [engine, some, whole] of [
    ['jit', ticks, ['whole']],
    ['interpreter', partTicks().slice(0, 1), []],
  ] as const) {
    const words = [path, engine, ...some.map(String), ...whole]
    const found: Roots = await inProcess(script, words, other)
    assert.match(found.node, /^v24\./)
    const expected = [...some, ...whole.map(() => lastTick)].map((tick) => roots.get(tick))
    assert.deepEqual(found.roots, expected, engine)
  }
})
