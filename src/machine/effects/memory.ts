// Loads, stores, sizes and bulk operations, on memories and tables. Bulk operations check their
// whole range, move one chunk, update their operands and stay until nothing is left: one tick a
// chunk.
import type { Access } from '../../isa/row.ts'
import { vectorLoad, vectorStore } from '../../isa/rows/simd-access.ts'
import { table as rows } from '../../isa/table.ts'
import { raise } from '../../isa/traps.ts'
import { Kinds } from '../../isa/types.ts'
import type { Memory } from '../../memory/memory.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { growMemory, growTable } from '../grow.ts'
import type { Machine } from '../machine.ts'
import { DEVICE_SHARD } from '../registers.ts'
import { noteChange, type TableEntity } from '../store.ts'
import {
  again,
  awaitInput,
  type Effect,
  type Effects,
  type Here,
  pushSize,
  setUnsigned,
  unsigned,
} from './effect.ts'

export const CHUNK_BYTES = 65_536
export const CHUNK_ENTRIES = 8_192

function memoryAt(m: Machine, { fn }: Here, index: number): Memory {
  return m.store.memories[m.store.instances[fn.instance].memories[index]]
}

function tableAt(m: Machine, { fn }: Here, index: number): TableEntity {
  return m.store.tables[m.store.instances[fn.instance].tables[index]]
}

const needBytes = (memory: Memory, at: number, sizeBytes: number): void => {
  if (!(at + sizeBytes <= memory.sizePages * PAGE_BYTES)) raise('out of bounds memory access')
}
const needEntries = (size: number, at: number, count: number): void => {
  if (!(at + count <= size)) raise('out of bounds table access')
}

/** The effective address of an access whose address operand is in `word`. */
function address(m: Machine, here: Here, word: number, memory: Memory, sizeBytes: number): number {
  const { imm, at } = here
  const offset = (imm[at + 2] >>> 0) * 0x1_0000_0000 + (imm[at + 1] >>> 0)
  const ea = unsigned(m, word, memory.limits.wide) + offset
  needBytes(memory, ea, sizeBytes)
  return ea
}

function load(access: Access, kind: number): Effect {
  const { sizeBytes, signed } = access
  const shift = BigInt(64 - sizeBytes * 8)
  const lane = access.shape === 'lane'
  if (kind === Kinds.v128) {
    return (m, here) => {
      if (lane) m.sp -= 2
      const memory = memoryAt(m, here, here.imm[here.at])
      const ea = address(m, here, m.sp - 1, memory, sizeBytes)
      if (lane) m.words.I64.copyWithin(m.sp - 1, m.sp, m.sp + 2)
      vectorLoad(m.words, m.sp - 1, access, memory.readBytes(ea, sizeBytes), here.imm[here.at + 3])
      m.sp++
    }
  }
  return (m, here) => {
    const memory = memoryAt(m, here, here.imm[here.at])
    const ea = address(m, here, m.sp - 1, memory, sizeBytes)
    const raw = memory.load(ea, sizeBytes)
    const value = signed ? BigInt.asIntN(64, raw << shift) >> shift : raw
    m.words.I64[m.sp - 1] = kind === Kinds.i32 ? BigInt.asUintN(32, value) : value
  }
}

function store(access: Access, kind: number): Effect {
  const { sizeBytes } = access
  const words = kind === Kinds.v128 ? 2 : 1
  const raw = new Uint8Array(16)
  return (m, here) => {
    const value = m.sp - words
    const memory = memoryAt(m, here, here.imm[here.at])
    const ea = address(m, here, value - 1, memory, sizeBytes)
    if (words === 2) vectorStore(m.words, value, access, here.imm[here.at + 3], raw)
    else raw.set(m.words.U8.subarray(value * 8, value * 8 + sizeBytes))
    memory.writeBytes(ea, raw.subarray(0, sizeBytes))
    m.sp = value - 1
  }
}

/** Far accesses: words are shard, offset, and for stores the value. */
function far({ sizeBytes, does }: Access): Effect {
  const load = does === 'load'
  const words = load ? 2 : 3
  return (m) => {
    const at = m.sp - words
    const shard = m.words.U64[at]
    const offset = m.words.U64[at + 1]
    if (!load) farStore(m, shard, offset, sizeBytes, m.words.U64[at + 2])
    else {
      const value = farLoad(m, shard, offset, sizeBytes)
      if (value === null) {
        awaitInput(m)
        return
      }
      m.words.U64[at] = value
    }
    m.sp = load ? at + 1 : at
  }
}

/** null: a register waits for input. */
function farLoad(m: Machine, shard: bigint, offset: bigint, sizeBytes: number): bigint | null {
  if (shard !== DEVICE_SHARD) return m.shards.load(shard, offset, sizeBytes)
  return m.registers === null ? raise('unknown shard') : m.registers.load(offset, sizeBytes)
}

function farStore(
  m: Machine,
  shard: bigint,
  offset: bigint,
  sizeBytes: number,
  value: bigint,
): void {
  const kept = BigInt.asUintN(8 * sizeBytes, value)
  if (shard !== DEVICE_SHARD) m.shards.store(shard, offset, sizeBytes, kept)
  else if (m.registers === null) raise('unknown shard')
  else m.registers.store(offset, sizeBytes, kept)
}

/** One effect for each row with an access; the value's kind stands in the row's signature. */
const accessEffects: Effects = rows.flatMap((row) => {
  if (row.access === undefined) return []
  const { access, name, sig } = row
  if (name.startsWith('far.')) return [[name, far(access)] as const]
  const vector = (sig ?? '').includes('v128')
  const kind = vector ? Kinds.v128 : name.startsWith('i32') ? Kinds.i32 : Kinds.i64
  return [[name, access.does === 'load' ? load(access, kind) : store(access, kind)] as const]
})

export const memoryEffects: Effects = [
  ...accessEffects,
  [
    'memory.size',
    (m, here) => {
      const memory = memoryAt(m, here, here.imm[here.at])
      pushSize(m, memory.sizePages, memory.limits.wide)
    },
  ],
  [
    'memory.grow',
    (m, here) => {
      const memory = memoryAt(m, here, here.imm[here.at])
      const delta = unsigned(m, --m.sp, memory.limits.wide)
      pushSize(m, growMemory(m, memory, delta), memory.limits.wide)
    },
  ],
  [
    'memory.fill',
    (m, here) => {
      const memory = memoryAt(m, here, here.imm[here.at])
      const { wide } = memory.limits
      const at = m.sp - 3
      const to = unsigned(m, at, wide)
      const size = unsigned(m, at + 2, wide)
      needBytes(memory, to, size)
      const chunk = Math.min(size, CHUNK_BYTES)
      memory.fill(to, m.words.U8[(at + 1) * 8], chunk)
      setUnsigned(m, at, to + chunk, wide)
      rest(m, at + 2, size - chunk, wide)
    },
  ],
  [
    'memory.copy',
    (m, here) => {
      const target = memoryAt(m, here, here.imm[here.at])
      const source = memoryAt(m, here, here.imm[here.at + 1])
      const wideTo = target.limits.wide
      const wideFrom = source.limits.wide
      const at = m.sp - 3
      const to = unsigned(m, at, wideTo)
      const from = unsigned(m, at + 1, wideFrom)
      const size = unsigned(m, at + 2, wideTo && wideFrom)
      needBytes(target, to, size)
      needBytes(source, from, size)
      const chunk = Math.min(size, CHUNK_BYTES)
      if (to <= from || target !== source) {
        target.copy(to, from, chunk, source)
        setUnsigned(m, at, to + chunk, wideTo)
        setUnsigned(m, at + 1, from + chunk, wideFrom)
      } else {
        target.copy(to + size - chunk, from + size - chunk, chunk, source)
      }
      rest(m, at + 2, size - chunk, wideTo && wideFrom)
    },
  ],
  [
    'memory.init',
    (m, here) => {
      const segment = m.store.instances[here.fn.instance].data[here.imm[here.at]]
      const memory = memoryAt(m, here, here.imm[here.at + 1])
      const at = m.sp - 3
      const to = unsigned(m, at, memory.limits.wide)
      const from = unsigned(m, at + 1, false)
      const size = unsigned(m, at + 2, false)
      needBytes(memory, to, size)
      if (from + size > (segment?.length ?? 0)) raise('out of bounds memory access')
      const chunk = Math.min(size, CHUNK_BYTES)
      if (segment !== null) memory.writeBytes(to, segment.subarray(from, from + chunk))
      setUnsigned(m, at, to + chunk, memory.limits.wide)
      setUnsigned(m, at + 1, from + chunk, false)
      rest(m, at + 2, size - chunk, false)
    },
  ],
  [
    'data.drop',
    (m, { fn, imm, at }) => {
      m.store.instances[fn.instance].data[imm[at]] = null
    },
  ],
]

/**
 * After a chunk: all done (the three operands go), or what is left is written back and the
 * instruction stays.
 */
function rest(m: Machine, word: number, left: number, wide: boolean): void {
  if (left === 0) {
    m.sp -= 3
    return
  }
  setUnsigned(m, word, left, wide)
  again(m)
}

export const tableEffects: Effects = [
  [
    'table.get',
    (m, here) => {
      const table = tableAt(m, here, here.imm[here.at])
      const index = unsigned(m, m.sp - 1, table.type.limits.wide)
      needEntries(table.size, index, 1)
      m.words.I32.set(table.words.subarray(2 * index, 2 * index + 2), 2 * m.sp - 2)
    },
  ],
  [
    'table.set',
    (m, here) => {
      const table = tableAt(m, here, here.imm[here.at])
      m.sp -= 2
      const index = unsigned(m, m.sp, table.type.limits.wide)
      needEntries(table.size, index, 1)
      table.words.set(m.words.I32.subarray(2 * m.sp + 2, 2 * m.sp + 4), 2 * index)
      noteChange(table, index, index + 1)
    },
  ],
  [
    'table.size',
    (m, here) => {
      const table = tableAt(m, here, here.imm[here.at])
      pushSize(m, table.size, table.type.limits.wide)
    },
  ],
  [
    'table.grow',
    (m, here) => {
      const table = tableAt(m, here, here.imm[here.at])
      const { wide } = table.type.limits
      m.sp -= 2
      const delta = unsigned(m, m.sp + 1, wide)
      const old = growTable(m, table, delta, m.words.I32[2 * m.sp], m.words.I32[2 * m.sp + 1])
      pushSize(m, old, wide)
    },
  ],
  [
    'table.fill',
    (m, here) => {
      const table = tableAt(m, here, here.imm[here.at])
      const { wide } = table.type.limits
      const at = m.sp - 3
      const to = unsigned(m, at, wide)
      const count = unsigned(m, at + 2, wide)
      needEntries(table.size, to, count)
      const chunk = Math.min(count, CHUNK_ENTRIES)
      const entry = m.words.I64.slice(at + 1, at + 2)
      for (let i = 0; i < chunk; i++) {
        table.words[2 * (to + i)] = Number(BigInt.asIntN(32, entry[0]))
        table.words[2 * (to + i) + 1] = Number(entry[0] >> 32n)
      }
      noteChange(table, to, to + chunk)
      setUnsigned(m, at, to + chunk, wide)
      rest(m, at + 2, count - chunk, wide)
    },
  ],
  [
    'table.copy',
    (m, here) => {
      const target = tableAt(m, here, here.imm[here.at])
      const source = tableAt(m, here, here.imm[here.at + 1])
      const wideTo = target.type.limits.wide
      const wideFrom = source.type.limits.wide
      const at = m.sp - 3
      const to = unsigned(m, at, wideTo)
      const from = unsigned(m, at + 1, wideFrom)
      const count = unsigned(m, at + 2, wideTo && wideFrom)
      needEntries(target.size, to, count)
      needEntries(source.size, from, count)
      const chunk = Math.min(count, CHUNK_ENTRIES)
      const up = to <= from || target !== source
      const skip = up ? 0 : count - chunk
      const entries = source.words.slice(2 * (from + skip), 2 * (from + skip + chunk))
      target.words.set(entries, 2 * (to + skip))
      noteChange(target, to + skip, to + skip + chunk)
      if (up) {
        setUnsigned(m, at, to + chunk, wideTo)
        setUnsigned(m, at + 1, from + chunk, wideFrom)
      }
      rest(m, at + 2, count - chunk, wideTo && wideFrom)
    },
  ],
  [
    'table.init',
    (m, here) => {
      const segment = m.store.instances[here.fn.instance].elements[here.imm[here.at]]
      const table = tableAt(m, here, here.imm[here.at + 1])
      const { wide } = table.type.limits
      const at = m.sp - 3
      const to = unsigned(m, at, wide)
      const from = unsigned(m, at + 1, false)
      const count = unsigned(m, at + 2, false)
      needEntries(table.size, to, count)
      needEntries((segment?.length ?? 0) / 2, from, count)
      const chunk = Math.min(count, CHUNK_ENTRIES)
      if (segment !== null) table.words.set(segment.subarray(2 * from, 2 * (from + chunk)), 2 * to)
      noteChange(table, to, to + chunk)
      setUnsigned(m, at, to + chunk, wide)
      setUnsigned(m, at + 1, from + chunk, false)
      rest(m, at + 2, count - chunk, false)
    },
  ],
  [
    'elem.drop',
    (m, { fn, imm, at }) => {
      m.store.instances[fn.instance].elements[imm[at]] = null
    },
  ],
]
