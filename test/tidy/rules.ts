// The house rules as data: each has a check and samples that it must refuse and must let pass.
import { dirname, normalize } from 'node:path/posix'
import { codeOnly, importsOf, lineAt, topLevelOnly } from './source-text.ts'

/** `path` is relative to the repository root, with forward slashes. */
export type File = { path: string; text: string }

export type Rule = {
  name: string
  /** One complaint a finding, empty where the file is in order. */
  check: (file: File) => string[]
  refuses: File[]
  passes: File[]
}

/**
 * Bottom to top: a room imports itself and the rooms before it. Files of src/ are rooms too.
 */
export const rooms = (
  'base isa memory machine wasm jit wall time capsule fleet codex sheet symbolic tensor qpu ' +
  'host vac.ts dream.ts recorded-run.ts recording.ts index-worker.ts server cli'
).split(' ')

const coreRooms = new Set(rooms.slice(0, rooms.indexOf('host')))

/** Files over the line limit, each with the reason why it is not split. */
export const longFiles: Record<string, string> = {}

/** Files and folders whose lines may be wider, each with the reason. */
export const wideFiles: Record<string, string> = {
  'src/isa/rows': 'the instruction table reads as a table: one line an instruction',
}

const limitLines = 400
const limitColumns = 100

const isTypeScript = (path: string): boolean => path.endsWith('.ts')
const isGenerated = (path: string): boolean => path.endsWith('.gen.ts')
const isSource = (path: string): boolean => isTypeScript(path) && path.startsWith('src/')
/** Tests and tools run at development time only: they may reach any room and Node. */
const isExempt = (path: string): boolean =>
  path.endsWith('.test.ts') || /^src\/[^/]+\/tools\//.test(path)
const roomOf = (path: string): string => path.split('/')[1]
const isCore = (path: string): boolean =>
  isSource(path) && !isExempt(path) && coreRooms.has(roomOf(path))

const at = (file: File, offset: number): string => `${file.path}:${lineAt(file.text, offset)}`

const layers: Rule = {
  name: 'a room imports only itself and the rooms below it',
  check: (file) => {
    if (!isSource(file.path)) return []
    const own = rooms.indexOf(roomOf(file.path))
    if (own < 0) return [`${file.path}: no such room; rooms are listed in test/tidy/rules.ts`]
    if (isExempt(file.path)) return []
    const complaints = []
    for (const { specifier, line } of importsOf(file.text, codeOnly(file.text))) {
      if (!specifier.startsWith('.')) continue
      const target = normalize(`${dirname(file.path)}/${specifier}`)
      const where = `${file.path}:${line}`
      if (!target.startsWith('src/')) complaints.push(`${where}: ${specifier} leaves src/`)
      else if (isExempt(target)) complaints.push(`${where}: imports a test or a tool, ${specifier}`)
      else if (!rooms.includes(roomOf(target))) complaints.push(`${where}: no room ${specifier}`)
      else if (rooms.indexOf(roomOf(target)) > own) {
        complaints.push(`${where}: ${roomOf(file.path)} is below ${roomOf(target)} (${specifier})`)
      }
    }
    return complaints
  },
  refuses: [
    { path: 'src/isa/a.ts', text: "import { b } from '../machine/b.ts'" },
    { path: 'src/memory/a.ts', text: "export * from '../cli/b.ts'" },
    { path: 'src/base/a.ts', text: "const b = await import('../isa/b.ts')" },
    { path: 'src/cli/a.ts', text: "import '../isa/tools/generate.ts'" },
    { path: 'src/cli/a.ts', text: "import '../../test/tidy/rules.ts'" },
    { path: 'src/attic/a.ts', text: '' },
    { path: 'src/a.ts', text: '' },
  ],
  passes: [
    { path: 'src/machine/a.ts', text: "import { b } from '../isa/b.ts'\nimport './c.ts'" },
    { path: 'src/isa/a.ts', text: "// import { b } from '../machine/b.ts'" },
    { path: 'src/isa/a.test.ts', text: "import { b } from '../machine/b.ts'" },
    { path: 'src/isa/tools/a.ts', text: "import { b } from '../../machine/b.ts'" },
  ],
}

const extensions: Rule = {
  name: 'relative imports end with .ts',
  check: (file) => {
    if (!isTypeScript(file.path)) return []
    return importsOf(file.text, codeOnly(file.text))
      .filter(({ specifier }) => /^\.\.?(\/|$)/.test(specifier) && !/\.(ts|json)$/.test(specifier))
      .map(({ specifier, line }) => `${file.path}:${line}: ${specifier}`)
  },
  refuses: [
    { path: 'src/isa/a.ts', text: "import { b } from './b'" },
    { path: 'test/a.test.ts', text: "import { b } from '../src/isa/b.js'" },
    { path: 'src/isa/a.ts', text: "import '.'" },
  ],
  passes: [{ path: 'src/isa/a.ts', text: "import { b } from './b.ts'\nimport fs from 'node:fs'" }],
}

const coreImports: Rule = {
  name: 'core rooms import neither Node nor packages',
  check: (file) => {
    if (!isCore(file.path)) return []
    return importsOf(file.text, codeOnly(file.text))
      .filter(({ specifier }) => !specifier.startsWith('.'))
      .map(({ specifier, line }) => `${file.path}:${line}: imports ${specifier}`)
  },
  refuses: [
    { path: 'src/base/a.ts', text: "import { createHash } from 'node:crypto'" },
    { path: 'src/qpu/a.ts', text: "import wabt from 'wabt'" },
    { path: 'src/wasm/a.ts', text: "const fs = await import('fs')" },
  ],
  passes: [
    { path: 'src/host/a.ts', text: "import { createHash } from 'node:crypto'" },
    { path: 'src/base/a.test.ts', text: "import test from 'node:test'" },
    { path: 'src/base/a.ts', text: 'const note = \'import from "fs"\'' },
  ],
}

const ambient =
  'Date performance crypto process window document navigator console Buffer globalThis ' +
  'setTimeout setInterval setImmediate eval require'
const ambientUse = new RegExp(
  `(?<![.\\w$])(?:${ambient.split(' ').join('|')})\\b(?!\\s*\\??:)|\\bMath\\s*\\.\\s*random\\b|` +
    '\\bnew\\s+Function\\b',
  'g',
)

const coreGlobals: Rule = {
  name: 'core rooms use no clock, chance, timer, host object or evaluated text',
  check: (file) => {
    if (!isCore(file.path)) return []
    return [...codeOnly(file.text).matchAll(ambientUse)].map(
      (use) => `${at(file, use.index)}: uses ${use[0]}; take it as a parameter`,
    )
  },
  refuses: [
    'Date.now()',
    'new Date()',
    'performance.now()',
    'Math.random()',
    'crypto.subtle',
    'process.env.A',
    'window.name',
    'document.body',
    'setTimeout(f, 1)',
    'navigator.language',
    "eval('1')",
    "new Function('a', 'b')",
    'const a = `${process.pid}`',
  ].map((text) => ({ path: 'src/time/a.ts', text })),
  passes: [
    { path: 'src/time/a.ts', text: "// Date.now()\nconst a = 'process.env'\nb.process()" },
    { path: 'src/time/a.ts', text: 'const a = { window: 1 }\nconst re = /process\\.env/' },
    { path: 'src/host/a.ts', text: 'Date.now()' },
  ],
}

// A WeakMap may stand: it hangs a derived value on an immutable object, as a private field would.
const coreState: Rule = {
  name: 'core rooms hold no module state',
  check: (file) => {
    if (!isCore(file.path)) return []
    const variables = /^(?:export\s+)?(?:let|var)\b/gm
    const containers = /^(?:export\s+)?const\s.*=\s*new\s+(?:Map|Set)\b[^(\n]*$/gm
    const code = codeOnly(file.text)
    const top = topLevelOnly(code)
    const empty = [...top.matchAll(containers)].filter((use) =>
      /^\s*\(\s*\)/.test(code.slice(use.index + use[0].trimEnd().length)),
    )
    return [...top.matchAll(variables), ...empty].map(
      (use) => `${at(file, use.index)}: ${use[0].trim()}`,
    )
  },
  refuses: [
    { path: 'src/isa/a.ts', text: 'let count = 0' },
    { path: 'src/isa/a.ts', text: 'const f = () => {\n}\nexport let table: number[] = []' },
    { path: 'src/isa/a.ts', text: 'const cache = new Map<string, number>()' },
  ],
  passes: [
    { path: 'src/isa/a.ts', text: 'const f = () => {\nlet a = 0\nreturn a\n}' },
    { path: 'src/isa/a.ts', text: 'const names = new Map([[1, 2]])\nconst a = 1' },
    { path: 'src/isa/a.ts', text: 'const facts = new WeakMap<object, number>()' },
    { path: 'src/server/a.ts', text: 'let count = 0' },
  ],
}

const names: Rule = {
  name: 'files and folders are named in kebab-case, without barrels and catch-all folders',
  check: (file) => {
    if (!isTypeScript(file.path)) return []
    const folders = file.path.split('/')
    const base = folders.pop() ?? ''
    const complaints = []
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|gen|bench|d))?\.ts$/.test(base)) {
      complaints.push(`${file.path}: not kebab-case`)
    }
    if (base === 'index.ts') complaints.push(`${file.path}: a barrel file`)
    for (const folder of folders) {
      if (/^(utils?|helpers?|common)$/.test(folder)) complaints.push(`${file.path}: ${folder}/`)
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(folder)) complaints.push(`${file.path}: ${folder}/`)
    }
    return complaints
  },
  refuses: [
    'src/isa/pageTable.ts',
    'src/isa/Page.ts',
    'src/isa/page_table.ts',
    'src/isa/index.ts',
    'src/isa/utils/a.ts',
    'test/helpers/a.ts',
    'src/common/a.ts',
  ].map((path) => ({ path, text: '' })),
  passes: ['src/isa/page-table.test.ts', 'src/isa/table.gen.ts', 'vac'].map((path) => ({
    path,
    text: '',
  })),
}

const columns: Rule = {
  name: `lines have at most ${limitColumns} columns`,
  check: (file) => {
    if (!isTypeScript(file.path) || isGenerated(file.path)) return []
    if (Object.keys(wideFiles).some((path) => `${file.path}/`.startsWith(`${path}/`))) return []
    return file.text
      .split('\n')
      .map((line, index) => ({ width: [...line].length, where: `${file.path}:${index + 1}` }))
      .filter(({ width }) => width > limitColumns)
      .map(({ width, where }) => `${where}: ${width} columns`)
  },
  refuses: [{ path: 'src/isa/a.ts', text: `// ${'a'.repeat(98)}` }],
  passes: [
    { path: 'src/isa/rows/a.ts', text: `// ${'a'.repeat(98)}` },
    { path: 'src/isa/a.ts', text: `// ${'⊕'.repeat(97)}` },
    { path: 'src/isa/a.gen.ts', text: `// ${'a'.repeat(98)}` },
  ],
}

const length: Rule = {
  name: `files have at most ${limitLines} lines, or a stated reason`,
  check: (file) => {
    if (!isTypeScript(file.path) || isGenerated(file.path)) return []
    const lines = file.text.trimEnd().split('\n').length
    const long = lines > limitLines
    if (long && !(file.path in longFiles)) return [`${file.path}: ${lines} lines`]
    if (!long && file.path in longFiles) return [`${file.path}: needs no exception any more`]
    return []
  },
  refuses: [{ path: 'src/isa/a.ts', text: 'a\n'.repeat(limitLines + 1) }],
  passes: [{ path: 'src/isa/a.ts', text: 'a\n'.repeat(limitLines) }],
}

const suites: Rule = {
  name: 'only tests and benches read the shared suites, and skip loudly where there are none',
  check: (file) => {
    if (!isTypeScript(file.path) || file.path.startsWith('test/tidy/')) return []
    if (!/\bshared['", /]+suites\b/.test(file.text)) return []
    if (isSource(file.path) && !isExempt(file.path)) return [`${file.path}: product code`]
    return /\bskip\b/.test(file.text) ? [] : [`${file.path}: does not say when it skips`]
  },
  refuses: [
    { path: 'src/wasm/a.ts', text: "open('../shared/suites/a')" },
    { path: 'test/spec/a.test.ts', text: "join(root, '..', 'shared', 'suites', 'a')" },
  ],
  passes: [{ path: 'test/spec/a.test.ts', text: "t.skip('no ../shared/suites/a here')" }],
}

const foreign: [RegExp, string][] = [
  [/(?<![\w.:\]-])\/(?:work|root|home)\/\w+/g, 'an absolute path of some machine'],
  [/\bregistry\.(?:npmjs\.org|yarnpkg\.com|npmmirror\.com)|\bnpm\.pkg\.github\.com/g, 'a registry'],
  [
    /\bpypi\.org|\bfiles\.pythonhosted\.org|\bproxy\.golang\.org|\bstatic\.crates\.io/g,
    'a registry',
  ],
  [/\bfarm-(?:studio|bench)\b|\bshared\/hooks\b/g, 'a tool that is not of this project'],
]

const strangers: Rule = {
  name: 'no file names a machine, a registry host or a tool from outside',
  check: (file) =>
    foreign.flatMap(([pattern, what]) =>
      [...file.text.matchAll(pattern)].map((use) => `${at(file, use.index)}: ${use[0]} is ${what}`),
    ),
  refuses: [
    ['see /', 'work/a.ts'],
    ['"/', 'root/a"'],
    ['/', 'home/someone/a'],
    ['https://registry.', 'npmjs.org/a'],
    ['farm-', 'studio look'],
    ['farm-', 'bench'],
    ['../shared/', 'hooks/a'],
  ].map((parts) => ({ path: 'docs/a.md', text: parts.join('') })),
  passes: [{ path: 'docs/a.md', text: 'src/work/a, https://example.org/home/a, network/root/' }],
}

export const rules: Rule[] = [
  layers,
  extensions,
  coreImports,
  coreGlobals,
  coreState,
  names,
  columns,
  length,
  suites,
  strangers,
]
