// Command lines that must fail, each with its coded error. The exit code is the catalogue's
// (src/base/errors.ts). `F/` stands for the folder of fixtures.

export interface BadCommand {
  readonly args: readonly string[]
  readonly code: string
  /** Must be in the message or its hint. */
  readonly says?: string
  readonly input?: string
}

const row = (line: string, code: string, says?: string): BadCommand => ({
  args: line === '' ? [] : line.split(' '),
  code,
  ...(says === undefined ? {} : { says }),
})

export const badCommands: readonly BadCommand[] = [
  row('rnu F/add.wat', 'USAGE', 'did you mean vac run?'),
  row('frobnicate', 'USAGE', 'vac help'),
  row('__proto__', 'USAGE'),
  row('constructor', 'USAGE'),
  row('help rnu', 'USAGE', 'did you mean vac run?'),
  row('version --jsn', 'USAGE', 'did you mean --json?'),
  row('run', 'USAGE', 'no program'),
  row('run --', 'USAGE', 'no program'),
  row('run --tikcs 5 F/add.wat', 'USAGE', 'did you mean --ticks?'),
  row('run --ticks', 'USAGE', '--ticks N'),
  row('run --ticks -1 F/add.wat', 'USAGE', 'whole number'),
  row('run --ticks 1.5 F/add.wat', 'USAGE', 'whole number'),
  row('run --ticks 1e3 F/add.wat', 'USAGE', 'whole number'),
  row('run --ticks 99999999999999999999 F/add.wat', 'USAGE', 'whole number'),
  row('run --ticks= F/add.wat', 'USAGE', 'whole number'),
  row('run --ticks 1 --ticks 2 F/add.wat', 'USAGE', 'twice'),
  row('run --json=yes F/add.wat', 'USAGE', 'without a value'),
  row('run --seed xyz F/add.wat', 'USAGE', 'hex'),
  row(`run --seed ${'0'.repeat(65)} F/add.wat`, 'USAGE', 'hex'),
  row('run --env NOVALUE F/add.wat', 'USAGE', 'NAME=VALUE'),
  row('run --env =v F/add.wat', 'USAGE', 'NAME=VALUE'),
  row('run --grant network F/add.wat', 'USAGE', 'one of console'),
  row('run --deny consle F/add.wat', 'USAGE', 'did you mean console?'),
  row('run --stack-words 0 F/add.wat', 'USAGE', 'whole number'),
  row('run --memory-max lots F/add.wat', 'USAGE', '512M'),
  row('run --memory-max 64K F/big-memory.wat', 'INSTANCE_LIMIT', 'pages'),
  row('run F/add.wat', 'CALL_UNKNOWN', '--invoke NAME'),
  row('run --invoke ad F/add.wat 1 2', 'CALL_UNKNOWN', 'add'),
  row('run --invoke add F/add.wat 1', 'CALL_ARGUMENTS', '2 (i32, i32)'),
  row('run --invoke add F/add.wat 1 2 3', 'CALL_ARGUMENTS', '2 (i32, i32)'),
  row('run --invoke add F/add.wat 1 two', 'CALL_ARGUMENTS', 'an i32'),
  row('run --invoke add F/add.wat 1 4294967296', 'CALL_ARGUMENTS', 'i32'),
  row('run --deny console F/hello.wat', 'LINK_UNKNOWN_IMPORT', '--grant console'),
  row('run --deny all F/hello.wat', 'LINK_UNKNOWN_IMPORT', 'fd_write'),
  row('run F/unknown-import.wat', 'LINK_UNKNOWN_IMPORT', 'env.print'),
  row('run F/wrong-import.wat', 'LINK_TYPE', 'fd_close'),
  row('run --manifest F/none.json F/hello.wat', 'FILE_MISSING', 'none.json'),
  row('run --manifest F/garbage.json F/hello.wat', 'MANIFEST_INVALID'),
  row('run --manifest F/latin1.json F/hello.wat', 'MANIFEST_INVALID', 'UTF-8'),
  row('run --manifest F/nested.json F/hello.wat', 'MANIFEST_INVALID'),
  row('run --manifest F/field.json F/hello.wat', 'MANIFEST_INVALID', 'memoryPags'),
  row('run --manifest F/range.json F/hello.wat', 'MANIFEST_INVALID', 'limits.stackWords'),
  row('run --manifest F/requests.json F/hello.wat', 'MANIFEST_INVALID', 'requests'),
  row('run --manifest F/oversized.json F/hello.wat', 'FILE_TOO_LARGE'),
  row('run --manifest F/clock-only.json F/hello.wat', 'LINK_UNKNOWN_IMPORT', 'console'),
  row('run --load F/none.vst', 'FILE_MISSING'),
  row('run --load F/add.wat', 'STATE_MALFORMED'),
  row('run --load F/truncated.vst', 'STATE_MALFORMED'),
  row('run --load F/flipped.vst', 'STATE_MALFORMED'),
  row('run --load F/good.vst F/add.wat', 'USAGE', 'beside --load'),
  row('run --load F/good.vst --seed 1', 'USAGE', 'beside --load'),
  row('run --load F/good.vst --deny console', 'LINK_UNKNOWN_IMPORT', 'fd_write'),
  row('run --load F/good.vst --invoke add 1 2', 'CALL_UNKNOWN', 'idle'),
  row('run --save F/no/such/folder F/hello.wat', 'FILE_UNWRITABLE', 'ENOENT'),
  row('run --report F/ F/hello.wat', 'FILE_UNWRITABLE'),
  row('inspect', 'USAGE', 'vac inspect FILE'),
  row('inspect F/add.wat F/add.wat', 'USAGE', '2 files'),
  row('asm', 'USAGE', 'vac asm FILE'),
  row('asm F/add.wat -o', 'USAGE', '--output FILE'),
  row('asm F/add.wat -o F/no/such/folder', 'FILE_UNWRITABLE'),
  row('disasm', 'USAGE', 'vac disasm FILE'),
  row('disasm F/add.wat --output F/', 'FILE_UNWRITABLE'),
  row('bench --lits', 'USAGE', 'did you mean --list?'),
  row('demo extra', 'USAGE', 'no arguments'),
  row('demo --ticks 3', 'USAGE', '--ticks'),
]
