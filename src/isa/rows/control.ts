// Control, calls, exceptions, locals and globals, tables and references. Their effects are in
// machine/effects.
import { pages, type Row } from '../row.ts'

const row = (code: number, name: string, rest: Omit<Row, 'code' | 'name' | 'traps'> & Partial<Row>): Row => ({
  traps: [],
  ...rest,
  code,
  name,
})

const call = ['call stack exhausted'] as const
const ref = pages.ref

export const controlRows: readonly Row[] = [
  row(0x00, 'unreachable', { imm: [], sig: '->', traps: ['unreachable'], flow: 'end', says: 'traps' }),
  row(0x01, 'nop', { imm: [], sig: '->', says: 'does nothing' }),
  row(0x02, 'jump', { imm: ['label', 'keep'], sig: null, flow: 'jump', says: 'goes to the label with the kept words' }),
  row(0x03, 'jump_if', { imm: ['label', 'keep'], sig: null, flow: 'branch', says: 'jumps where the i32 is not 0' }),
  row(0x04, 'jump_unless', { imm: ['label', 'keep'], sig: null, flow: 'branch', says: 'jumps where the i32 is 0' }),
  row(0x05, 'jump_table', { imm: ['keep', 'labels'], sig: null, flow: 'jump', says: 'jumps to the label numbered by the i32, or the last' }),
  row(0x08, 'throw', { imm: ['tag'], sig: null, flow: 'end', traps: ['uncaught exception'], says: 'throws a new exception with the tag\'s arguments' }),
  row(0x09, 'rethrow', { imm: ['local'], sig: '->', flow: 'end', traps: ['uncaught exception', 'null exception reference'], says: 'throws the exception held in a local' }),
  row(0x0a, 'throw_ref', { imm: [], sig: 'exnref ->', flow: 'end', traps: ['uncaught exception', 'null exception reference'], says: 'throws the referenced exception' }),
  row(0x0f, 'return', { imm: [], sig: null, flow: 'end', says: 'leaves the function with its results' }),
  row(0x10, 'call', { imm: ['func'], sig: null, flow: 'call', traps: call, says: 'calls a function' }),
  row(0x11, 'call_indirect', { imm: ['type', 'table'], sig: null, flow: 'call', traps: ['undefined element', 'uninitialized element', 'indirect call type mismatch', ...call], says: 'calls the function at a table\'s entry' }),
  row(0x12, 'return_call', { imm: ['func'], sig: null, flow: 'end', traps: call, says: 'calls in place of this frame' }),
  row(0x13, 'return_call_indirect', { imm: ['type', 'table'], sig: null, flow: 'end', traps: ['undefined element', 'uninitialized element', 'indirect call type mismatch', ...call], says: 'calls a table\'s entry in place of this frame' }),
  row(0x14, 'call_ref', { imm: ['type'], sig: null, flow: 'call', traps: ['null function reference', 'indirect call type mismatch', ...call], says: 'calls the referenced function' }),
  row(0x15, 'return_call_ref', { imm: ['type'], sig: null, flow: 'end', traps: ['null function reference', 'indirect call type mismatch', ...call], says: 'calls the referenced function in place of this frame' }),
  row(0x1a, 'drop', { imm: [], sig: null, says: 'drops a value of one word' }),
  row(0x1b, 'select', { imm: [], sig: null, says: 'a b c -> c != 0 ? a : b, values of one word' }),
  row(0x1c, 'drop_v128', { imm: [], sig: 'v128 ->', says: 'drops a vector' }),
  row(0x1d, 'select_v128', { imm: [], sig: 'v128 v128 i32 -> v128', says: 'a b c -> c != 0 ? a : b, vectors' }),
  row(0x20, 'local.get', { imm: ['local'], sig: null, says: 'pushes a local' }),
  row(0x21, 'local.set', { imm: ['local'], sig: null, says: 'pops into a local' }),
  row(0x22, 'local.tee', { imm: ['local'], sig: null, says: 'copies into a local' }),
  row(0x23, 'global.get', { imm: ['global'], sig: null, says: 'pushes a global' }),
  row(0x24, 'global.set', { imm: ['global'], sig: null, says: 'pops into a mutable global' }),
  row(0x25, 'table.get', { imm: ['table'], sig: null, traps: ['out of bounds table access'], says: 'pushes a table\'s entry' }),
  row(0x26, 'table.set', { imm: ['table'], sig: null, traps: ['out of bounds table access'], says: 'stores a table\'s entry' }),
  row(0xd0, 'ref.null', { imm: ['kind'], sig: null, says: 'pushes the null reference of a kind' }),
  row(0xd1, 'ref.is_null', { imm: [], sig: null, says: 'is the reference null' }),
  row(0xd2, 'ref.func', { imm: ['func'], sig: '-> funcref', says: 'pushes a reference to a function' }),
  row(0xd3, 'ref.eq', { imm: [], sig: 'anyref anyref -> i32', says: 'are two references the same' }),
  row(0xd4, 'ref.as_non_null', { imm: [], sig: null, traps: ['null reference'], says: 'traps on null' }),
  row(0xd5, 'jump_on_null', { imm: ['label', 'keep'], sig: null, flow: 'branch', says: 'drops a null reference and jumps; another stays' }),
  row(0xd6, 'jump_on_non_null', { imm: ['label', 'keep'], sig: null, flow: 'branch', says: 'jumps with a reference that is not null; null is dropped' }),
  row(ref + 0x14, 'ref.test', { imm: ['reftype'], sig: null, says: 'is the reference of a type' }),
  row(ref + 0x16, 'ref.cast', { imm: ['reftype'], sig: null, traps: ['cast failure'], says: 'traps where the reference is not of a type' }),
  row(ref + 0x18, 'jump_on_cast', { imm: ['label', 'keep', 'reftype'], sig: null, flow: 'branch', says: 'jumps with a reference that is of a type' }),
  row(ref + 0x19, 'jump_on_cast_fail', { imm: ['label', 'keep', 'reftype'], sig: null, flow: 'branch', says: 'jumps with a reference that is not of a type' }),
  row(ref + 0x1a, 'any.convert_extern', { imm: [], sig: 'externref -> anyref', says: 'the reference as an internal one' }),
  row(ref + 0x1b, 'extern.convert_any', { imm: [], sig: 'anyref -> externref', says: 'the reference as an external one' }),
  row(ref + 0x1c, 'ref.i31', { imm: [], sig: 'i32 -> anyref', says: 'the low 31 bits as a reference' }),
  row(ref + 0x1d, 'i31.get_s', { imm: [], sig: 'anyref -> i32', traps: ['null i31 reference'], says: 'the 31 bits, sign-extended' }),
  row(ref + 0x1e, 'i31.get_u', { imm: [], sig: 'anyref -> i32', traps: ['null i31 reference'], says: 'the 31 bits, zero-extended' }),
]
