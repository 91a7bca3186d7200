// A byte of a recording that changed, in any of its files: it is found when the recording is read
// and verified, and said where; what is only a cache, the index of writes, is made again. The
// answer is never another one. VAC_FLIPS: how many (200).
import assert from 'node:assert/strict'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { VacError } from '../../src/base/errors.ts'
import { openBranches } from '../../src/host/branch-files.ts'
import { copyRecording } from '../../src/host/recording-copy.ts'
import { openRecording, recordingHost } from '../../src/host/recording-files.ts'
import { chanceOf } from '../../src/isa/tools/random-program.ts'
import { RecordedRun } from '../../src/recorded-run.ts'
import { Vac } from '../../src/vac.ts'
import { churnText, ONCE } from './churn.ts'
import { record } from './recorded.ts'

const FLIPS = Number(process.env.VAC_FLIPS ?? 200)
const SEED = Number(process.env.VAC_FLIPS_SEED ?? 20_261_127)
const chance = chanceOf(SEED)
const below = (limit: number): number => Math.floor(chance() * limit)

const folder = mkdtempSync(join(tmpdir(), 'vac-flips-'))
after(() => rmSync(folder, { recursive: true }))
const run = join(folder, 'run')
const packed = join(folder, 'run.vac')

const lines = ['abc', 'd', 'efgh']
const program = churnText({ rounds: 0, reads: true, pages: 2, iterations: 40_000 })

before(async () => {
  await record(run, program, { lines })
  const recorded = await RecordedRun.open(run)
  for (const [name, at] of [
    ['one', 2_000_000],
    ['two', 4_500_000],
  ] as const) {
    const memory = [{ at: 70_000, bytes: new Uint8Array([1, 2, 3]) }]
    const dream = await recorded.fork(at, { memory })
    await dream.record(name)
    await dream.run()
    dream.end()
  }
  const tree = await openBranches(run, recordingHost)
  tree.choose({ chosen: 'one', criterion: 'it is the first' })
  await copyRecording(run, packed)
})

/** Reads and verifies all that a recording has. Errors: RECORDING_DAMAGED. */
async function verify(path: string): Promise<number> {
  const { begin, lineage, checkpoints } = await openRecording(path)
  const stored = checkpoints(Vac.restore(begin, { engine: 'interpreter' }).snapshot())
  for (const _ of stored.verify());
  const tree = await openBranches(path, recordingHost)
  for (const name of tree.branches.keys()) tree.lineageOf(name, lineage)
  return stored.descriptors.length
}

const openFiles = (): number => readdirSync('/dev/fd').length

interface File {
  readonly path: string
  readonly sizeBytes: number
}

function filesBelow(path: string): File[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((each) => ({ path: each, sizeBytes: statSync(each).size }))
}

/** Changes one bit; gives what changes it back. */
function flip(path: string, offset: number, bit: number): () => void {
  const change = (): void => {
    const fd = openSync(path, 'r+')
    const byte = Buffer.alloc(1)
    readSync(fd, byte, 0, 1, offset)
    byte[0] ^= 1 << bit
    writeSync(fd, byte, 0, 1, offset)
    closeSync(fd)
  }
  change()
  return change
}

/** Half of them any byte, half any byte of a file that is any: small files have their turn too. */
function anyByte(files: readonly File[]): { readonly path: string; readonly offset: number } {
  if (below(2) === 0) {
    const { path, sizeBytes } = files[below(files.length)]
    return { path, offset: below(sizeBytes) }
  }
  let offset = below(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  for (const { path, sizeBytes } of files) {
    if (offset < sizeBytes) return { path, offset }
    offset -= sizeBytes
  }
  throw new Error('no such byte')
}

/** The error says what is damaged: the file, with the offset where that tells more. */
function names(error: VacError, path: string): boolean {
  const text = error.message
  if (path === packed) {
    const parts = /begin\.vst|lineage\.vbl, offset|\d{16}|pages\/\d+, offset|branches\//
    return /run\.vac, offset/.test(text) || parts.test(text)
  }
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name === 'lineage.vbl') return /lineage\.vbl, offset \d+|branch\.json/.test(text)
  if (name.endsWith('.seg')) return /pages\/\d+, offset \d+/.test(text)
  return text.includes(name)
}

for (const [what, path, share] of [
  ['a directory', run, 0.6],
  ['one file', packed, 0.3],
] as const) {
  const count = Math.ceil(FLIPS * share)
  test(`${count} flipped bytes of a recording, ${what}, are found (seed ${SEED})`, async (t) => {
    const checkpoints = await verify(path)
    assert.ok(checkpoints >= 4, `${checkpoints} checkpoints`)
    const isFolder = statSync(path).isDirectory()
    const files = isFolder ? filesBelow(path) : [{ path, sizeBytes: statSync(path).size }]
    const hit = new Map<string, number>()
    const open = openFiles()
    for (let round = 0; round < count; round++) {
      const byte = anyByte(files)
      const bit = below(8)
      const back = flip(byte.path, byte.offset, bit)
      const where = `${byte.path}, byte ${byte.offset}, bit ${bit}, seed ${SEED}`
      await assert.rejects(
        verify(path),
        (error: unknown) => {
          assert.ok(
            error instanceof VacError && error.code === 'RECORDING_DAMAGED',
            `${where}: ${error}`,
          )
          assert.ok(names(error, byte.path), `${where}: ${error}`)
          return true
        },
        where,
      )
      back()
      hit.set(byte.path, (hit.get(byte.path) ?? 0) + 1)
    }
    assert.equal(await verify(path), checkpoints)
    assert.ok(openFiles() < open + 10, 'what was read is not left open')
    const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    t.diagnostic(`${count} flips in ${hit.size} files, ${bytes} bytes, ${checkpoints} checkpoints`)
  })
}

const indexFlips = Math.ceil(FLIPS * 0.1)
test(`${indexFlips} flipped bytes of the index of writes change no answer`, async (t) => {
  for (const path of [run, packed]) {
    const bytes = { memory: 0, from: ONCE, to: ONCE + 4 }
    const opened = await RecordedRun.open(path)
    const expected = await opened.lastWrite(bytes)
    assert.ok(expected !== null)
    const index = path === run ? join(run, 'index') : `${packed}.index`
    const [file] = filesBelow(index)
    const good = readFileSync(file.path)
    for (let round = 0; round < indexFlips / 2; round++) {
      const offset = below(file.sizeBytes)
      flip(file.path, offset, below(8))
      const again = await RecordedRun.open(path)
      const notices: string[] = []
      again.notice = (text) => notices.push(text)
      const where = `byte ${offset} of ${file.path}, seed ${SEED}`
      assert.deepEqual(await again.lastWrite(bytes), expected, where)
      assert.match(notices.join('\n'), /is damaged/, where)
      assert.ok(readFileSync(file.path).equals(good), `${where}: it is made again`)
    }
    t.diagnostic(`${file.sizeBytes} bytes of ${path === run ? 'the directory' : 'one file'}`)
  }
})
