// The index of writes of a recording: made by threads it is that of one thread, from the sources,
// from the bundle and from the built package; whoever debugs hears that it is damaged.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { RecordingFiles, recordingHost } from '../src/host/recording-files.ts'
import { parseWat } from '../src/host/wat.ts'
import { RecordedRun } from '../src/recorded-run.ts'
import { CheckpointKeeper } from '../src/time/checkpoints/checkpoint-keeper.ts'
import { LineageWriter } from '../src/time/lineage/lineage.ts'
import { BeamSource } from '../src/time/lineage/recorder.ts'
import { loadProgram, Vac } from '../src/vac.ts'
import { ending, root, startCommand, vac } from './cli/command.ts'
import { startServer } from './dap/client.ts'

/** It writes all over its memory, now here, now there; never at the last 8 bytes. */
const PROGRAM = `(module (memory 16) (func (export "run") (local $x i32) (local $n i32)
  (loop $next
    (local.set $n (i32.add (local.get $n) (i32.const 1)))
    (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
    (i32.store16
      (i32.and (i32.shr_u (local.get $x) (i32.const 12))
        (i32.or (i32.const 0x7fffe) (i32.shr_u (local.get $n) (i32.const 3))))
      (local.get $n))
    (br $next))))`

const NEVER = { memory: 0, from: 2 ** 20 - 8, to: 2 ** 20 }
mkdirSync(join(root, '.cache'), { recursive: true })
const folder = mkdtempSync(join(root, '.cache', 'index-threads-'))
const path = join(folder, 'run')
after(() => rmSync(folder, { recursive: true }))

before(async () => {
  const vac = new Vac({ engine: 'jit' })
  const instance = vac.instantiate(await loadProgram(await parseWat(PROGRAM, 'writes')))
  const files = RecordingFiles.create(path)
  const header = { begin: files.begin(vac.saveParts()), grants: [], key: new Uint8Array(32) }
  const lineage = new LineageWriter(recordingHost, header, files.append, false)
  const source = new BeamSource((beam) => lineage.add(beam))
  source.attach(vac.machine)
  // By a clock by which checkpoints are due soon, and cost nothing.
  let clock = 0
  const first = vac.snapshot()
  const keeper = new CheckpointKeeper(vac.machine, first, files.checkpoints(first), {
    hasher: recordingHost.hasher,
    now: () => clock,
    clock: () => clock,
    keepBytes: 2 ** 30,
  })
  instance.begin('run')
  for (; vac.ticks < 20_000_000; clock += 1000) {
    const due = keeper.next()
    vac.run(Math.min(2 ** 20, due - vac.ticks))
    if (vac.ticks !== due) continue
    source.takeInputs()
    keeper.take(source.given)
  }
  source.end(Buffer.from(vac.root(), 'hex'))
  lineage.flush()
  keeper.finish()
  await files.close()
  assert.ok(keeper.facts.checkpoints > 8)
})

/** Answers a question that needs the whole index, which is made anew; who worked on it. */
async function asked(threads: number, signal?: AbortSignal) {
  rmSync(join(path, 'index'), { recursive: true, force: true })
  const notices: string[] = []
  const workers: Worker[] = []
  const ends: Promise<unknown>[] = []
  const begun = (worker: Worker): void => {
    workers.push(worker)
    ends.push(once(worker, 'exit'))
  }
  process.on('worker', begun)
  const run = await RecordedRun.open(path)
  run.notice = (text) => notices.push(text)
  run.threads.most = threads
  try {
    const found = await run.lastWrite(NEVER, undefined, signal)
    return { found, notices, workers: workers.length, file: index() }
  } finally {
    process.off('worker', begun)
    await Promise.all(ends)
  }
}

function index(): Uint8Array {
  const [name, ...more] = readdirSync(join(path, 'index'))
  assert.deepEqual(more, [])
  return readFileSync(join(path, 'index', name))
}

test('what threads make is what one makes', async () => {
  const one = await asked(1)
  assert.deepEqual([one.found, one.notices, one.workers], [null, [], 0])
  const three = await asked(3)
  assert.deepEqual([three.found, three.notices, three.workers], [null, [], 2])
  assert.deepEqual(three.file, one.file)
})

test('a thread that fails is named, and what it did not make is made', async () => {
  const one = await asked(1)
  const run = await RecordedRun.open(path)
  rmSync(join(path, 'index'), { recursive: true })
  const notices: string[] = []
  run.notice = (text) => notices.push(text)
  run.threads.most = 2
  const [lineage, away] = [join(path, 'lineage.vbl'), join(folder, 'away')]
  renameSync(lineage, away)
  try {
    assert.equal(await run.lastWrite(NEVER), null)
  } finally {
    renameSync(away, lineage)
  }
  assert.equal(notices.length, 1)
  assert.match(notices[0], /failed.*lineage\.vbl/)
  assert.deepEqual(index(), one.file)
})

test('threads end where the question is no longer asked', async () => {
  const abort = new AbortController()
  process.once('worker', () => abort.abort())
  await assert.rejects(asked(3, abort.signal), { name: 'AbortError' })
  assert.ok(!existsSync(join(path, 'index')))
})

const HOOK = 'process.on("worker",()=>process.stderr.write("a thread\\n"))'

/** `vac who` with threads, by the command in some file. */
async function who(main: string) {
  rmSync(join(path, 'index'), { recursive: true, force: true })
  const words = ['who', '--threads', '2', path, `${NEVER.from}:8`]
  const hook = `--import=data:text/javascript,${encodeURIComponent(HOOK)}`
  const ended = await ending(startCommand(main, words, { NODE_OPTIONS: hook }))
  return { ...ended, file: index() }
}

test('threads work from the sources, the bundle and the built package', async () => {
  const { file } = await asked(1)
  const node = (...words: string[]): unknown =>
    execFileSync(process.execPath, words, { cwd: root, stdio: 'pipe' })
  const bundle = join(folder, 'bundle', 'main.mjs')
  node(join(root, 'src/cli/tools/bundle.ts'), bundle)
  const built = join(folder, 'built')
  node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', built)
  for (const main of ['src/cli/main.ts', bundle, join(built, 'cli/main.js')]) {
    const told = { exit: 1, stdout: 'nothing wrote there\n', stderr: 'a thread\n' }
    assert.deepEqual(await who(main), { ...told, file }, main)
  }
})

test('vac debug and vac dap tell of a damaged index', async () => {
  const { file } = await asked(1)
  const [name] = readdirSync(join(path, 'index'))
  const damage = (): void => writeFileSync(join(path, 'index', name), file.subarray(1))
  damage()
  const told = await vac(['debug', path], `seek 99999999; who ${NEVER.from} 8`)
  assert.deepEqual([told.exit, told.stdout.split('\n').at(-2)], [0, 'nothing wrote there'])
  assert.match(told.stderr, /^vac: the index of writes in .* is damaged .* made again\n$/)
  assert.deepEqual(index(), file)
  damage()
  const server = await startServer()
  const client = await server.client()
  try {
    await client.begin({ recording: path, tick: 20_000_000 })
    const dataId = (await client.dataBreakpointInfoRequest({ name: `${NEVER.from}:8` })).body.dataId
    const breakpoints = [{ dataId: dataId ?? '', accessType: 'write' as const }]
    await client.setDataBreakpointsRequest({ breakpoints })
    await client.moved(() => client.reverseContinueRequest({ threadId: 1 }))
    const outputs = client.outputs.map(({ output }) => output)
    assert.match(outputs.join(''), /^vac: the index of writes in .* is damaged .* made again\n$/)
    assert.deepEqual(index(), file)
  } finally {
    await client.stop()
    await server.end()
  }
})
