// Files that no verb can take, and the coded error that each must give.
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface BadFile {
  readonly name: string
  readonly code: string
  readonly make: (path: string) => void
}

const bytes =
  (...content: (number | number[] | string)[]) =>
  (path: string): void =>
    writeFileSync(
      path,
      Buffer.concat(content.map((part) => Buffer.from(part as string | number[]))),
    )

const repeated = (before: string, unit: string, times: number, after: string): BadFile['make'] =>
  bytes(before + unit.repeat(times) + after)

const WASM = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const uleb = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...uleb(Math.floor(value / 128))]
const section = (id: number, body: number[]): number[] => [id, ...uleb(body.length), ...body]
const TYPE = section(1, [1, 0x60, 0, 0])
const FUNCTION = section(3, [1, 0])

/** A module with one function () -> () of these instructions. */
const wasmBody = (code: number[]): number[] => [
  ...WASM,
  ...TYPE,
  ...FUNCTION,
  ...section(10, [1, ...uleb(code.length + 1), 0, ...code]),
]
const nested = (depth: number): number[] => [
  ...new Array(depth).fill([0x02, 0x40]).flat(),
  ...new Array(depth + 1).fill(0x0b),
]

export const badFiles: readonly BadFile[] = [
  { name: 'missing.wasm', code: 'FILE_MISSING', make: () => {} },
  { name: 'folder.wasm', code: 'FILE_MISSING', make: (path) => mkdirSync(path) },
  { name: 'cyclic-link.wasm', code: 'FILE_MISSING', make: (path) => symlinkSync(path, path) },
  { name: 'through/a/file.wasm', code: 'FILE_MISSING', make: () => {} },
  { name: 'empty.wasm', code: 'FILE_UNKNOWN_KIND', make: bytes('') },
  { name: 'magic.wasm', code: 'FILE_UNKNOWN_KIND', make: bytes([0, 0x45, 0x4c, 0x46, 1]) },
  { name: 'latin1.vasm', code: 'FILE_UNKNOWN_KIND', make: bytes([0x66, 0xfc, 0x72]) },
  {
    name: 'oversized.wasm',
    code: 'FILE_TOO_LARGE',
    make: (path) => {
      const fd = openSync(path, 'w')
      ftruncateSync(fd, 2 ** 31)
      closeSync(fd)
    },
  },
  { name: 'truncated-magic.wasm', code: 'FILE_UNKNOWN_KIND', make: bytes(WASM.slice(0, 3)) },
  { name: 'truncated-version.wasm', code: 'WASM_MALFORMED', make: bytes(WASM.slice(0, 6)) },
  { name: 'version.wasm', code: 'WASM_MALFORMED', make: bytes(WASM.slice(0, 4), [9, 0, 0, 0]) },
  { name: 'truncated-section.wasm', code: 'WASM_MALFORMED', make: bytes(WASM, TYPE.slice(0, 4)) },
  { name: 'long-section.wasm', code: 'WASM_MALFORMED', make: bytes(WASM, [1, 255, 255, 255, 15]) },
  {
    name: 'count.wasm',
    code: 'WASM_MALFORMED',
    make: bytes(WASM, [1, 6, 255, 255, 255, 255, 15, 0]),
  },
  {
    name: 'component.wasm',
    code: 'WASM_UNSUPPORTED',
    make: bytes(WASM.slice(0, 4), [13, 0, 1, 0]),
  },
  { name: 'operands.wasm', code: 'WASM_INVALID', make: bytes(wasmBody([0x1a, 0x0b])) },
  { name: 'no-body.wasm', code: 'WASM_MALFORMED', make: bytes(WASM, TYPE, FUNCTION) },
  {
    name: 'cyclic-type.wasm',
    code: 'WASM_INVALID',
    make: bytes(WASM, section(1, [1, 0x50, 1, 0, 0x60, 0, 0])),
  },
  { name: 'nested.wasm', code: 'WASM_LIMIT', make: bytes(wasmBody(nested(200_000))) },
  { name: 'nested.wat', code: 'WAT_SYNTAX', make: repeated('', '(', 1_000_000, '') },
  {
    name: 'nested-blocks.wat',
    code: 'WAT_SYNTAX',
    make: repeated('(module (func ', '(block ', 200_000, `${')'.repeat(200_000)}))`),
  },
  { name: 'words.wat', code: 'WAT_SYNTAX', make: bytes('(module (func (nothing)))') },
  { name: 'unclosed.wat', code: 'WAT_SYNTAX', make: bytes('(module (func') },
  { name: 'words.vasm', code: 'VASM_SYNTAX', make: bytes('func f ()\n  nothing\nend\n') },
  { name: 'unclosed.vasm', code: 'VASM_SYNTAX', make: bytes('func f ()\n  return\n') },
  { name: 'stack.vasm', code: 'ATOM_INVALID', make: bytes('func f ()\n  drop\n  return\nend\n') },
  { name: 'long-line.vasm', code: 'VASM_SYNTAX', make: repeated('func ', 'f', 3_000_000, '\n') },
  { name: 'nested.vasm', code: 'VASM_SYNTAX', make: repeated('func f ', '(', 1_000_000, '\n') },
  { name: 'truncated.atom', code: 'ATOM_MALFORMED', make: bytes([0, 0x41, 0x54, 0x4d, 1, 0]) },
  { name: 'version.atom', code: 'ATOM_MALFORMED', make: bytes([0, 0x41, 0x54, 0x4d, 99, 0, 0, 0]) },
  { name: 'state.atom', code: 'FILE_UNKNOWN_KIND', make: bytes([0, 0x56, 0x53, 0x54, 0, 0, 0, 0]) },
]

/** Makes all of them in a folder. */
export function makeBadFiles(folder: string): void {
  writeFileSync(join(folder, 'through'), 'a file')
  for (const { name, make } of badFiles) make(join(folder, name))
}
