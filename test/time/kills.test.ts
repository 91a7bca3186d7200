// A recording whose process was killed: at any moment of a run that takes checkpoints, thins them
// out and compacts their pages, reads input, or is packed into one file. What was printed is
// recorded, what was recorded replays, and every checkpoint is whole. VAC_KILLS: how many (20).
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { openRecording } from '../../src/host/recording-files.ts'
import { BeamKind } from '../../src/time/lineage/beam.ts'
import { Vac } from '../../src/vac.ts'
import { inProcess, startVac } from '../cli/command.ts'
import { churnFile, OUTPUT_BYTES } from './churn.ts'

const KILLS = Number(process.env.VAC_KILLS ?? 20)
const MOST_WAIT_MS = 60_000

const folder = mkdtempSync(join(tmpdir(), 'vac-kills-'))
after(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const random = (limit: number): number => Math.floor(Math.random() * limit)

const endless = churnFile(at('endless.wat'), { rounds: 0 })
const fed = churnFile(at('fed.wat'), { rounds: 0, reads: true })
writeFileSync(at('silent.wat'), '(module (func (export "_start")))')

/** A process that records, with all that it has printed. */
class Recorder {
  readonly child: ChildProcess
  private readonly printed: Buffer[] = []
  private readonly closed: Promise<unknown>

  constructor(words: readonly string[]) {
    this.child = startVac(['run', ...words])
    this.child.stdin?.on('error', () => {})
    this.child.stdout?.on('data', (bytes) => this.printed.push(bytes))
    this.closed = new Promise((resolve) => this.child.on('close', resolve))
  }

  get isOver(): boolean {
    return this.child.exitCode !== null
  }

  /** Until something is so, or the process ended. */
  async until(holds: () => boolean): Promise<void> {
    const began = Date.now()
    while (!holds() && !this.isOver) {
      if (Date.now() - began > MOST_WAIT_MS) throw new Error(`waited for ${holds}`)
      await setTimeout(1)
    }
  }

  /** All that it printed. */
  async kill(): Promise<Buffer> {
    this.child.kill('SIGKILL')
    await this.closed
    return Buffer.concat(this.printed)
  }
}

/** Something was written just now: at once, soon, or some checkpoints later. */
const moment = async (): Promise<void> => {
  const most = [0, 10, 400][random(3)]
  if (most > 0) await setTimeout(random(most))
}

const namesIn = (path: string): string[] => (existsSync(path) ? readdirSync(path) : [])

/** How many checkpoints it has; null: killed before anything was recorded. */
async function check(path: string, printed: Buffer): Promise<number | null> {
  const replayed = await inProcess(['replay', '--verify', '--json', path])
  const file = join(path, 'lineage.vbl')
  if (replayed.exit !== 0 && printed.length === 0 && !existsSync(join(path, 'checkpoints'))) {
    assert.match(replayed.stderr, /RECORDING_DAMAGED|FILE_MISSING/)
    assert.ok(!existsSync(file) || statSync(file).size < 200, replayed.stderr)
    return null
  }
  assert.equal(replayed.exit, 0, replayed.stderr)
  const recording = await openRecording(path)
  const { beams } = recording.lineage
  const outputs = beams.filter(({ kind }) => kind === BeamKind.output)
  const count = printed.length / OUTPUT_BYTES
  assert.ok(outputs.length >= count, `${outputs.length} outputs were recorded, ${count} printed`)
  if (outputs[0]?.payload) {
    const recorded = outputs.map(({ payload }) => (payload as Uint8Array).subarray(1))
    assert.ok(Buffer.concat(recorded).subarray(0, printed.length).equals(printed))
  }
  const stored = recording.checkpoints(Vac.restore(recording.begin).snapshot())
  for (const _ of stored.verify());
  const lastTick = beams.at(-1)?.tick ?? 0
  const facts = JSON.parse(replayed.stdout)
  assert.equal(facts.beams, beams.length)
  assert.equal(facts.checkpoints, stored.descriptors.filter(({ tick }) => tick <= lastTick).length)
  return stored.descriptors.length
}

const hasCheckpoint = (path: string): boolean =>
  namesIn(join(path, 'checkpoints')).some((name) => name.endsWith('.dc.json'))

/** Others can be recorded to another name; the dead process's is taken, once it was there. */
async function recordAnother(path: string): Promise<void> {
  const another = await inProcess(['run', '--record', `${path}-2`, at('silent.wat')])
  assert.equal(another.exit, 0, another.stderr)
  if (!existsSync(path)) return
  const taken = await inProcess(['run', '--record', path, at('silent.wat')])
  assert.match(taken.stderr, /FILE_UNWRITABLE/)
}

const part = (share: number): number => Math.max(2, Math.round(KILLS * share))

test(`${part(0.5)} runs, killed while checkpoints are taken, thinned, compacted`, async (t) => {
  let [checkpoints, compacted, compacting, empty] = [0, 0, 0, 0]
  for (let round = 0; round < part(0.5); round++) {
    const path = at(`endless-${round}`)
    const keep = round % 2 === 0 ? [] : ['--keep', `${[400, 600, 900][random(3)]}K`]
    const full = random(2) === 0 ? [] : ['--payloads']
    const recorder = new Recorder(['--record', path, ...keep, ...full, endless])
    const segments = (): string[] => namesIn(join(path, 'pages'))
    await recorder.until(() => existsSync(join(path, 'lineage.vbl')))
    const early = round > 1 && random(8) === 0
    if (round % 4 === 0) await recorder.until(() => hasCheckpoint(path))
    else if (!early) await recorder.until(() => segments().length > 0)
    // A second segment comes of compaction alone.
    const isLater = (): boolean => segments().some((name) => name > '00000001.seg')
    if (!early && keep.length > 0) await recorder.until(isLater)
    await moment()
    const printed = await recorder.kill()
    if (isLater()) compacted++
    if (segments().length > 1) compacting++
    const found = await check(path, printed)
    if (found === null) empty++
    checkpoints += found ?? 0
    await recordAnother(path)
    rmSync(path, { recursive: true, force: true })
  }
  assert.ok(checkpoints > 0 && compacted > 0, `${checkpoints} checkpoints, ${compacted} compacted`)
  const pages = `${compacted} with compacted pages, ${compacting} while they were compacted`
  t.diagnostic(`${checkpoints} checkpoints, ${pages}, ${empty} before the beginning`)
})

test(`${part(0.25)} runs with input, killed`, async (t) => {
  let [checkpoints, bytes] = [0, 0]
  for (let round = 0; round < part(0.25); round++) {
    const path = at(`fed-${round}`)
    const recorder = new Recorder(['--record', path, '--payloads', fed])
    const feeder = setInterval(() => recorder.child.stdin?.write('\n'.repeat(random(200))), 3)
    if (round === 0 || random(8) > 0) await recorder.until(() => hasCheckpoint(path))
    await moment()
    clearInterval(feeder)
    const printed = await recorder.kill()
    checkpoints += (await check(path, printed)) ?? 0
    bytes += printed.length
    await recordAnother(path)
    rmSync(path, { recursive: true, force: true })
  }
  assert.ok(checkpoints > 0, `${checkpoints} checkpoints`)
  t.diagnostic(`${checkpoints} checkpoints, ${bytes} bytes printed`)
})

test(`${part(0.25)} runs, killed while they are packed into one file`, async (t) => {
  let [packing, whole, checkpoints] = [0, 0, 0]
  const rounds = churnFile(at('rounds.wat'), { rounds: 16_000 })
  for (let round = 0; round < part(0.25); round++) {
    const path = at(`packed-${round}.vac`)
    const recorder = new Recorder(['--record', path, '--payloads', rounds])
    // Beside its target while it is written.
    const isPacking = (): boolean =>
      namesIn(folder).some((name) => /^packed-\d+\.vac\.\d+\.part$/.test(name))
    await recorder.until(isPacking)
    if (random(2) === 0) await setTimeout(random(30))
    const printed = await recorder.kill()
    if (existsSync(path)) whole++
    else packing++
    const found = await check(existsSync(path) ? path : `${path}.part`, printed)
    checkpoints += found ?? 0
    if (!existsSync(path)) {
      const again = await inProcess(['run', '--record', path, at('silent.wat')])
      assert.equal(again.exit, 0, again.stderr)
      assert.ok(!existsSync(`${path}.part`))
    }
    await recordAnother(path)
    for (const name of namesIn(folder)) {
      if (name.startsWith('packed-')) rmSync(at(name), { recursive: true })
    }
  }
  assert.ok(checkpoints > 0, `${checkpoints} checkpoints`)
  const told = `${packing} without the packed file, ${whole} with it`
  t.diagnostic(`${checkpoints} checkpoints, ${told}`)
})
