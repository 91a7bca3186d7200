// spec/isa.md, from the ISA table.
import { type Imm, pages, type Row } from '../row.ts'
import { syscalls } from '../syscalls.ts'
import { table } from '../table.ts'
import { HEAP_INDEX, Heap, kindNames } from '../types.ts'

const pageTexts: Readonly<Record<keyof typeof pages, [title: string, about: string]>> = {
  core: ['Core', 'Control, variables, memory access and scalar arithmetic.'],
  misc: ['Saturation and bulk operations', "WebAssembly's prefix 0xfc."],
  simd: ['Vectors', "WebAssembly's prefix 0xfd; the relaxed ones in the deterministic profile."],
  machine: ['Machine', 'Far memory and calls of the wall.'],
  glyph: [
    'Glyphs',
    'Kept for the symbolic instructions. No program may use a code of this page yet.',
  ],
  ref: ['References', "WebAssembly's prefix 0xfb, without structures and arrays."],
}

/** The seed's glyphs, in its order; they get codes of the glyph page when they get a meaning. */
const glyphs: readonly [glyph: string, says: string][] = [
  ['⊕', 'sum, join'],
  ['↔', 'entangle'],
  ['⟲', 'one rewrite step'],
  ['→', 'send a beam'],
  ['⧖', 'wait for a tick, a virtual time or a beam'],
  ['∇', 'derivative of'],
  ['⊗', 'product'],
  ['✦', 'mark a moment'],
]

const immTexts: Readonly<Record<Imm, [bytes: string, says: string]>> = {
  label: ['index', 'a label of the function'],
  keep: ['index', 'words of the operand stack that a jump carries along'],
  labels: ['index n, then n + 1 indices', 'labels by number; the last is for all other numbers'],
  local: ['index', 'a local; parameters come first'],
  global: ['index', 'a global'],
  func: ['index', 'a function'],
  type: ['index', 'a function type'],
  table: ['index', 'a table'],
  memory: ['index', 'a memory'],
  elem: ['index', 'an element segment'],
  data: ['index', 'a data segment'],
  tag: ['index', 'an exception tag'],
  kind: ['byte', 'the kind of a reference'],
  reftype: ['index', 'a reference type, by its number'],
  sys: ['index', 'a system call, by its number'],
  mem: ['index, then u64', 'a memory and an offset, which is added to the address'],
  lane: ['byte', 'a lane'],
  i32: ['s32', 'a constant'],
  i64: ['s64', 'a constant'],
  f32: ['4 bytes', 'the bits of a constant'],
  f64: ['8 bytes', 'the bits of a constant'],
  v128: ['16 bytes', 'the bits of a constant, lane 0 first'],
  shuffle: ['16 bytes', 'a lane of the two operands for each byte of the result'],
}

const heaps = Object.entries(Heap)
  .map(([name, heap]) => `${heap} ${name}`)
  .join(', ')

export function isaDocument(): string {
  const lines = [
    '# The instruction set',
    '',
    '<!-- Generated from src/isa/rows, do not edit: npm run gen -->',
    '',
    'The table in [src/isa/rows](../src/isa/rows) is the only source of all instructions: encoder,',
    'decoder, verifier, assembler, disassembler, engines, tests and this page come from it.',
    '',
    '## Encoding',
    '',
    'An instruction is its code as an unsigned LEB128, then its immediates in the order given.',
    'Every number has its shortest form; any other is refused. Integers of fixed size are',
    'little-endian.',
    '',
    '- `index`: unsigned LEB128 below 2^31. `u64`: unsigned LEB128 below 2^64.',
    '- `s32`, `s64`: a signed number n as the unsigned LEB128 of 2n, or of -2n - 1 where n < 0.',
    '- `byte`: one byte. `4 bytes` and so on: as they are.',
    '',
    ...grid(
      ['immediate', 'bytes', 'meaning'],
      Object.entries(immTexts).map(([imm, [bytes, says]]) => [code(imm), bytes, says]),
    ),
    '',
    `Kinds are numbered from 1: ${kindNames.slice(1).map(code).join(', ')}.`,
    'A value type is one number: 1 to 5 are `i32` to `v128`; a reference is 16 times its heap type',
    'plus 14 where it may be null, plus 15 where it may not. Heap types:',
    `${heaps}; ${HEAP_INDEX} plus the index of a type.`,
    '',
    'Stack effects are by kinds, the top of the stack last; `addr` is `i32` or `i64` as the memory',
    'says. *Special* effects depend on more than the row: a label, a local, a signature, a table.',
  ]
  const byCode = Object.entries(pages).sort(([, a], [, b]) => a - b)
  for (const [i, [name, first]] of byCode.entries()) {
    const next = byCode[i + 1]?.[1] ?? Number.POSITIVE_INFINITY
    const rows = table.filter((row) => row.code >= first && row.code < next)
    lines.push('', ...pageLines(name as keyof typeof pages, first, rows))
  }
  lines.push(
    '',
    '## System calls',
    '',
    'What `sys` calls, by number. Addresses and sizes are in memory 0; results below 0 are errors.',
    '',
    ...grid(
      ['number', 'name', 'stack', 'meaning'],
      syscalls.map((row) => [`${row.number}`, code(row.name), code(row.sig), row.says]),
    ),
    '',
  )
  return lines.join('\n')
}

function pageLines(name: keyof typeof pages, first: number, rows: readonly Row[]): string[] {
  const [title, about] = pageTexts[name]
  const head = [`## ${title} (from ${hexCode(first)})`, '', about, '']
  if (name !== 'glyph') {
    const header = ['code', 'name', 'glyph', 'immediates', 'stack', 'traps', 'meaning']
    return [...head, ...grid(header, rows.map(rowCells))]
  }
  return [...head, ...grid(['glyph', 'kept for'], glyphs)]
}

const rowCells = (row: Row): string[] => [
  hexCode(row.code),
  code(row.name),
  row.glyph ?? '',
  row.imm.map(code).join(' '),
  row.sig === null ? '*special*' : code(row.sig),
  row.traps.join(', '),
  row.says,
]

const hexCode = (value: number): string => code(`0x${value.toString(16).padStart(2, '0')}`)
const code = (text: string): string => `\`${text}\``

function grid(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), `|${header.map(() => ' --- |').join('')}`, ...rows.map(line)]
}
