// Memory and table access, bulk operations, far memory, system calls. Bulk operations take one tick
// for each 64 KiB (or 8,192 table entries) and restart by updating their own operands.
import { type Access, pages, type Row } from '../row.ts'
import type { TrapCode } from '../traps.ts'

const outOfBounds: readonly TrapCode[] = ['out of bounds memory access']
const outOfTable: readonly TrapCode[] = ['out of bounds table access']

function load(code: number, name: string, sizeBytes: Access['sizeBytes'], signed = false): Row {
  const bits = sizeBytes * 8
  return {
    code,
    name,
    imm: ['mem'],
    sig: `addr -> ${name.slice(0, 3)}`,
    traps: outOfBounds,
    says: `loads ${bits} bits${name.includes('load_') || /load\d/.test(name) ? (signed ? ', sign-extended' : ', zero-extended') : ''}`,
    access: { does: 'load', sizeBytes, signed, shape: 'plain' },
  }
}

function store(code: number, name: string, sizeBytes: Access['sizeBytes']): Row {
  return {
    code,
    name,
    imm: ['mem'],
    sig: `addr ${name.slice(0, 3)} ->`,
    traps: outOfBounds,
    says: `stores ${sizeBytes * 8} bits`,
    access: { does: 'store', sizeBytes, signed: false, shape: 'plain' },
  }
}

/** Far rows: shard and offset (an LA128 address) come as two i64; data are zero-extended i64. */
function far(code: number, does: 'load' | 'store', sizeBytes: Access['sizeBytes']): Row {
  return {
    code: pages.machine + code,
    name: `far.${does}${sizeBytes * 8}`,
    imm: [],
    sig: does === 'load' ? 'i64 i64 -> i64' : 'i64 i64 i64 ->',
    traps: ['unknown shard', 'out of bounds memory access'],
    says: `${does}s ${sizeBytes * 8} bits at a 128-bit address (shard, offset)`,
    access: { does, sizeBytes, signed: false, shape: 'plain' },
  }
}

const misc = pages.misc

export const memoryRows: readonly Row[] = [
  load(0x28, 'i32.load', 4),
  load(0x29, 'i64.load', 8),
  load(0x2a, 'f32.load', 4),
  load(0x2b, 'f64.load', 8),
  load(0x2c, 'i32.load8_s', 1, true),
  load(0x2d, 'i32.load8_u', 1),
  load(0x2e, 'i32.load16_s', 2, true),
  load(0x2f, 'i32.load16_u', 2),
  load(0x30, 'i64.load8_s', 1, true),
  load(0x31, 'i64.load8_u', 1),
  load(0x32, 'i64.load16_s', 2, true),
  load(0x33, 'i64.load16_u', 2),
  load(0x34, 'i64.load32_s', 4, true),
  load(0x35, 'i64.load32_u', 4),
  store(0x36, 'i32.store', 4),
  store(0x37, 'i64.store', 8),
  store(0x38, 'f32.store', 4),
  store(0x39, 'f64.store', 8),
  store(0x3a, 'i32.store8', 1),
  store(0x3b, 'i32.store16', 2),
  store(0x3c, 'i64.store8', 1),
  store(0x3d, 'i64.store16', 2),
  store(0x3e, 'i64.store32', 4),
  {
    code: 0x3f,
    name: 'memory.size',
    imm: ['memory'],
    sig: null,
    traps: [],
    says: 'pushes the size in 64 KiB pages',
  },
  {
    code: 0x40,
    name: 'memory.grow',
    imm: ['memory'],
    sig: null,
    traps: [],
    says: 'grows by pages -> old size, or -1 where the manifest or the declared maximum forbids',
  },
  {
    code: misc + 8,
    name: 'memory.init',
    imm: ['data', 'memory'],
    sig: null,
    traps: outOfBounds,
    says: 'copies from a data segment: destination, source, size',
  },
  {
    code: misc + 9,
    name: 'data.drop',
    imm: ['data'],
    sig: '->',
    traps: [],
    says: 'empties a data segment',
  },
  {
    code: misc + 10,
    name: 'memory.copy',
    imm: ['memory', 'memory'],
    sig: null,
    traps: outOfBounds,
    says: 'copies between memories (destination, source), overlap allowed',
  },
  {
    code: misc + 11,
    name: 'memory.fill',
    imm: ['memory'],
    sig: null,
    traps: outOfBounds,
    says: 'fills with a byte: destination, value, size',
  },
  {
    code: misc + 12,
    name: 'table.init',
    imm: ['elem', 'table'],
    sig: null,
    traps: outOfTable,
    says: 'copies from an element segment: destination, source, count',
  },
  {
    code: misc + 13,
    name: 'elem.drop',
    imm: ['elem'],
    sig: '->',
    traps: [],
    says: 'empties an element segment',
  },
  {
    code: misc + 14,
    name: 'table.copy',
    imm: ['table', 'table'],
    sig: null,
    traps: outOfTable,
    says: 'copies between tables (destination, source), overlap allowed',
  },
  {
    code: misc + 15,
    name: 'table.grow',
    imm: ['table'],
    sig: null,
    traps: [],
    says: 'value, count -> old size, or -1',
  },
  {
    code: misc + 16,
    name: 'table.size',
    imm: ['table'],
    sig: null,
    traps: [],
    says: 'pushes the number of entries',
  },
  {
    code: misc + 17,
    name: 'table.fill',
    imm: ['table'],
    sig: null,
    traps: outOfTable,
    says: 'fills entries: start, value, count',
  },
  far(0x00, 'load', 1),
  far(0x01, 'load', 2),
  far(0x02, 'load', 4),
  far(0x03, 'load', 8),
  far(0x04, 'store', 1),
  far(0x05, 'store', 2),
  far(0x06, 'store', 4),
  far(0x07, 'store', 8),
  {
    code: pages.machine + 0x10,
    name: 'sys',
    imm: ['sys'],
    sig: null,
    traps: ['unknown system call', 'bad system call arguments'],
    flow: 'call',
    says: 'a call of the wall, by number (isa/syscalls.ts)',
  },
]
