// The vector rows against the host's own WebAssembly. The host is an oracle here and nowhere else.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import wabtLoader from 'wabt'
import { type Access, pages, type Row, type Words, wordViews } from '../row.ts'
import { chance, fillOperand } from '../tools/simd-operands.ts'
import { simdRows } from './simd.ts'
import { vectorLoad, vectorStore } from './simd-access.ts'

// The part of the host's WebAssembly that the tests use; the core is typed without a host's
// globals.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object) => { exports: Record<string, unknown> }
}

const seed = Number(process.env['VAC_SEED'] ?? 1)
const repeat = `VAC_SEED=${seed} node --test src/isa/rows/simd.test.ts`

const byName = new Map(simdRows.map((row) => [row.name, row]))
const named = (name: string): Row => {
  const row = byName.get(name)
  assert.ok(row, `no row ${name}`)
  return row
}
const opcodeOf = (row: Row): number => row.code - pages.simd
const kindsOf = (row: Row): { pops: string[]; push: string } => {
  const [pops, pushes] = row.sig!.split('->').map((side) => side.trim())
  return { pops: pops === '' ? [] : pops.split(' '), push: pushes }
}

// --- the host

const leb = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)])
const sized = (bytes: number[]): number[] => [...leb(bytes.length), ...bytes]
const section = (id: number, bytes: number[]): number[] => [id, ...sized(bytes)]
const vector = (row: Row, ...imm: number[]): number[] => [0xfd, ...leb(opcodeOf(row)), ...imm]
const op = (name: string, ...imm: number[]): number[] => vector(named(name), ...imm)
/** i32.const; the addresses here are below 1 << 13. */
const at = (address: number): number[] => [0x41, (address & 127) | 128, address >>> 7]
const loads: Record<string, number[]> = {
  i32: [0x28, 0, 0],
  i64: [0x29, 0, 0],
  f32: [0x2a, 0, 0],
  f64: [0x2b, 0, 0],
  v128: [0xfd, 0, 0, 0],
}
const stores: Record<string, number[]> = {
  i32: [0x36, 0, 0],
  i64: [0x37, 0, 0],
  f32: [0x38, 0, 0],
  f64: [0x39, 0, 0],
  v128: [0xfd, 11, 0, 0],
}
const RESULT = 64
const operand = (index: number, kind = 'v128'): number[] => [...at(16 * index), ...loads[kind]]

interface Host {
  readonly run: () => void
  readonly bytes: Uint8Array
}

/**
 * A host function without parameters over one page of memory: operands at 0, 16, 32, the result at
 * 64.
 */
function host(body: number[]): Host {
  const code = [0, ...body, 0x0b]
  const bytes = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...sized([0x6d]), 2, 0, ...sized([0x66]), 0, 0]),
    ...section(10, [1, ...sized(code)]),
  ])
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
  const memory = exports['m'] as { buffer: ArrayBuffer }
  return { run: exports['f'] as () => void, bytes: new Uint8Array(memory.buffer) }
}

const dotPairs = (): number[] => {
  const products = (half: string): number[] => [
    ...operand(0),
    ...operand(1),
    ...op(`i16x8.extmul_${half}_i8x16_s`),
  ]
  const chosen = (first: number): number[] => {
    const lanes = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((i) => [4 * i + first, 4 * i + first + 1])
    return [...products('low'), ...products('high'), ...op('i8x16.shuffle', ...lanes)]
  }
  return [...chosen(0), ...chosen(2), ...op('i16x8.add_sat_s')]
}

/** Relaxed rows in the strict instructions that the deterministic profile makes of them. */
function strictBody(name: string): number[] | null {
  const [shape, short] = name.split('.')
  const [a, b, c] = [operand(0), operand(1), operand(2)]
  if (short === 'relaxed_swizzle') return [...a, ...b, ...op('i8x16.swizzle')]
  if (short === 'relaxed_laneselect') return [...a, ...b, ...c, ...op('v128.bitselect')]
  if (short === 'relaxed_q15mulr_s') return [...a, ...b, ...op('i16x8.q15mulr_sat_s')]
  if (short === 'relaxed_min') return [...a, ...b, ...op(`${shape}.min`)]
  if (short === 'relaxed_max') return [...a, ...b, ...op(`${shape}.max`)]
  if (short === 'relaxed_madd')
    return [...a, ...b, ...op(`${shape}.mul`), ...c, ...op(`${shape}.add`)]
  if (short === 'relaxed_nmadd') {
    return [...a, ...op(`${shape}.neg`), ...b, ...op(`${shape}.mul`), ...c, ...op(`${shape}.add`)]
  }
  if (short === 'relaxed_dot_i8x16_i7x16_s') return dotPairs()
  if (short === 'relaxed_dot_i8x16_i7x16_add_s') {
    return [...dotPairs(), ...op('i32x4.extadd_pairwise_i16x8_s'), ...c, ...op('i32x4.add')]
  }
  if (name.includes('relaxed_trunc'))
    return [...a, ...op(name.replace('relaxed_trunc', 'trunc_sat'))]
  return null
}

function hostBody(row: Row, imm: number[]): number[] {
  const { pops, push } = kindsOf(row)
  const plain = [...pops.flatMap((kind, i) => operand(i, kind)), ...vector(row, ...imm)]
  const relaxed = opcodeOf(row) >= 0x100
  const body = relaxed ? strictBody(row.name) : plain
  assert.ok(body, `no strict twin of ${row.name}`)
  return [...at(RESULT), ...body, ...stores[push]]
}

// --- ours

const A = 4
const B = 8
const C = 12
const D = 20
const SHUFFLE = 24
const LIMIT = 32
const positions = [A, B, C]

function canonical(row: Row, bytes: Uint8Array): void {
  const arithmetic =
    /\.(relaxed_)?(ceil|floor|trunc|nearest|sqrt|add|sub|mul|div|min|max|n?madd|demote|promote)/
  if (!/^f(32x4|64x2)\./.test(row.name) || !arithmetic.test(row.name)) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  if (row.name.startsWith('f32x4')) {
    for (let i = 0; i < 16; i += 4) {
      if ((view.getUint32(i, true) & 0x7fffffff) > 0x7f800000) view.setUint32(i, 0x7fc00000, true)
    }
  } else {
    for (let i = 0; i < 16; i += 8) {
      if (Number.isNaN(view.getFloat64(i, true))) view.setBigUint64(i, 0x7ff8000000000000n, true)
    }
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Puts the operands of the host's memory on the stack, as words of their kinds. */
function push(v: Words, row: Row, from: Uint8Array): void {
  v.I32.fill(0x5a5a5a5a)
  kindsOf(row).pops.forEach((kind, i) => {
    const size = kind === 'v128' ? 16 : kind === 'i64' || kind === 'f64' ? 8 : 4
    v.I32[2 * positions[i] + 1] = 0
    v.U8.set(from.subarray(16 * i, 16 * i + size), 8 * positions[i])
  })
}

/** Runs the row's meaning with its result at word d; the other words must stay as they are. */
function meaning(v: Words, row: Row, from: Uint8Array, d: number, imm: number[]): string {
  push(v, row, from)
  v.U8.set(imm.slice(0, 16), 8 * SHUFFLE)
  const before = v.U8.slice()
  const c = row.name === 'i8x16.shuffle' ? SHUFFLE : C
  row.lanes!(v, d, A, B, c, imm[0] ?? 0)
  const words = kindsOf(row).push === 'v128' ? 2 : 1
  const result = v.U8.slice(8 * d, 8 * (d + words))
  before.set(result, 8 * d)
  assert.equal(hex(v.U8), hex(before), `${row.name} with d = ${d} wrote beside its result`)
  return hex(result)
}

function immediates(row: Row, below: (limit: number) => number): number[][] {
  if (row.imm[0] === 'lane') {
    const lanes = Number(row.name.slice(row.name.indexOf('x') + 1).split('.')[0])
    return Array.from({ length: lanes }, (_, i) => [i])
  }
  if (row.imm[0] !== 'shuffle') return [[]]
  const random = (): number[] => Array.from({ length: 16 }, () => below(32))
  return [Array.from({ length: 16 }, (_, i) => 2 * i), ...Array.from({ length: 20 }, random)]
}

/**
 * Compares a row with the host, on `vectors` operands for each immediate; returns how many it
 * compared.
 */
function compare(row: Row, vectors: number, body = hostBody): number {
  const below = chance(seed * 1000 + opcodeOf(row))
  const v = wordViews(new ArrayBuffer(8 * LIMIT))
  const { pops, push: result } = kindsOf(row)
  let compared = 0
  for (const imm of immediates(row, below)) {
    const { run, bytes } = host(body(row, imm))
    const view = new DataView(bytes.buffer)
    for (let round = 0; round < vectors; round++) {
      bytes.fill(0, 0, 128)
      for (let i = 0; i < pops.length; i++) fillOperand(view, 16 * i, below)
      if (round % 8 === 0) bytes.copyWithin(16, 0, 16)
      run()
      const expected = bytes.slice(RESULT, RESULT + (result === 'v128' ? 16 : 8))
      canonical(row, expected)
      const what = `${row.name} ${imm} of ${hex(bytes.subarray(0, 48))}; ${repeat}`
      for (const d of [D, A, B, C]) {
        assert.equal(meaning(v, row, bytes, d, imm), hex(expected), `${what}, d = ${d}`)
      }
      compared++
    }
  }
  return compared
}

suite('vector rows', () => {
  test('every opcode stands once, 236 strict and 20 relaxed', () => {
    const free = [0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb]
    free.push(0xc2, 0xc5, 0xc6, 0xcf, 0xd0, 0xd2, 0xd3, 0xd4, 0xe2, 0xee)
    const all = Array.from({ length: 0x114 }, (_, i) => i).filter((i) => !free.includes(i))
    assert.equal(all.length, 236 + 20)
    assert.deepEqual(simdRows.map(opcodeOf), all)
    assert.equal(byName.size, simdRows.length)
  })

  test('every row has a meaning, an access or a constant', () => {
    for (const row of simdRows) {
      assert.equal(row.lanes !== undefined, row.access === undefined && row.name !== 'v128.const')
      assert.match(row.says, /^\S.*\S$/)
    }
  })

  test("names, immediates and signatures are those of wabt's assembler", async () => {
    const wabt = await wabtLoader()
    const memory = (row: Row): number => Math.log2(row.access?.sizeBytes ?? 1)
    for (const row of simdRows) {
      const { pops, push: result } = kindsOf(row)
      const lane = row.imm.at(-1) === 'lane'
      const numbers = { shuffle: 16, v128: 4 }[row.imm[0] as 'shuffle'] ?? (lane ? 1 : 0)
      const text = `${row.name}${row.imm[0] === 'v128' ? ' i32x4' : ''}${' 0'.repeat(numbers)}`
      const params = pops.map((kind) => (kind === 'addr' ? 'i32' : kind)).join(' ')
      const gets = pops.map((_, i) => `local.get ${i}`).join(' ')
      const results = result === '' ? '' : `(result ${result})`
      const source = `(module (memory 1) (func (param ${params}) ${results} ${gets} ${text}))`
      const { buffer } = wabt
        .parseWat('row.wat', source, { simd: true, relaxed_simd: true })
        .toBinary({})
      const imm = row.access
        ? [memory(row), 0, ...(lane ? [0] : [])]
        : new Array(row.imm[0] === 'v128' ? 16 : numbers).fill(0)
      const code = hex(Uint8Array.from([...vector(row, ...imm), 0x0b]))
      assert.ok(hex(buffer).endsWith(code), `${row.name}: ${hex(buffer)} does not end in ${code}`)
    }
  })
})

suite("the meaning of each vector row is the host's", () => {
  for (const row of simdRows.filter(({ lanes }) => lanes)) {
    test(row.name, () => assert.ok(compare(row, row.imm.length > 0 ? 50 : 250) >= 100))
  }

  test('and the comparison can fail', () => {
    const wrong = (): number[] => [
      ...at(RESULT),
      ...operand(0),
      ...operand(1),
      ...op('i8x16.sub_sat_s'),
      ...stores['v128'],
    ]
    assert.throws(() => compare(named('i8x16.sub'), 250, wrong), /i8x16\.sub/)
  })
})

suite('memory rows', () => {
  const lanesOf = ({ shape, sizeBytes }: Access): number => (shape === 'lane' ? 16 / sizeBytes : 1)

  for (const row of simdRows.filter(({ access }) => access)) {
    const access = row.access!
    test(`${row.name} moves bytes as the host does`, () => {
      const below = chance(seed * 1000 + opcodeOf(row))
      const v = wordViews(new ArrayBuffer(8 * LIMIT))
      const raw = new Uint8Array(16)
      for (let lane = 0; lane < lanesOf(access); lane++) {
        const imm = [0, 0, ...(access.shape === 'lane' ? [lane] : [])]
        const isLoad = access.does === 'load'
        const old = access.shape === 'lane' || !isLoad ? operand(0) : []
        const body = isLoad
          ? [...at(RESULT), ...at(16), ...old, ...vector(row, ...imm), ...stores['v128']]
          : [...at(RESULT), ...old, ...vector(row, ...imm)]
        const { run, bytes } = host(body)
        const view = new DataView(bytes.buffer)
        for (let round = 0; round < 100; round++) {
          bytes.fill(0xa5, 0, 128)
          fillOperand(view, 0, below)
          fillOperand(view, 16, below)
          run()
          v.U8.fill(0x5a)
          v.U8.set(bytes.subarray(0, 16), 8 * D)
          raw.fill(0xa5)
          if (isLoad) {
            raw.set(bytes.subarray(16, 16 + access.sizeBytes))
            vectorLoad(v, D, access, raw, lane)
          } else vectorStore(v, D, access, lane, raw)
          const ours = isLoad ? v.U8.subarray(8 * D, 8 * D + 16) : raw
          const what = `${row.name} ${lane} of ${hex(bytes.subarray(0, 32))}; ${repeat}`
          assert.equal(hex(ours), hex(bytes.subarray(RESULT, RESULT + 16)), what)
          assert.ok(
            v.U8.subarray(8 * D + 16).every((byte) => byte === 0x5a),
            what,
          )
          assert.ok(
            v.U8.subarray(0, 8 * D).every((byte) => byte === 0x5a),
            what,
          )
        }
      }
    })
  }
})

suite('not a number', () => {
  const v = wordViews(new ArrayBuffer(8 * LIMIT))
  const run = (name: string): string => {
    named(name).lanes!(v, D, A, B, C, 0)
    return hex(v.U8.subarray(8 * D, 8 * D + 16))
  }

  test('arithmetic gives the positive canonical one, whatever the operands carry', () => {
    v.U32.fill(0xfff12345)
    for (const name of ['add', 'div', 'min', 'sqrt', 'ceil', 'relaxed_nmadd']) {
      assert.equal(run(`f32x4.${name}`), '0000c07f'.repeat(4))
      assert.equal(run(`f64x2.${name}`), '000000000000f87f'.repeat(2))
    }
    assert.equal(run('f32x4.demote_f64x2_zero'), `${'0000c07f'.repeat(2)}${'00'.repeat(8)}`)
    assert.equal(run('f64x2.promote_low_f32x4'), '000000000000f87f'.repeat(2))
  })

  test('moves, signs and pseudo-minima keep every bit', () => {
    v.U32.fill(0xfff12345)
    const kept = '4523f1ff'.repeat(4)
    for (const name of ['pmin', 'pmax', 'splat', 'replace_lane']) {
      assert.equal(run(`f32x4.${name}`), kept)
      assert.equal(run(`f64x2.${name}`), kept)
    }
    assert.equal(run('f32x4.neg'), '4523f17f'.repeat(4))
    assert.equal(run('f64x2.abs'), '4523f1ff4523f17f'.repeat(2))
  })
})

test('a pair of the relaxed dot product saturates at 16 bits before it is added up', () => {
  const v = wordViews(new ArrayBuffer(8 * LIMIT))
  v.U8.fill(0x80)
  v.I32.fill(7, 2 * C, 2 * C + 4)
  named('i16x8.relaxed_dot_i8x16_i7x16_s').lanes!(v, D, A, B, C, 0)
  assert.deepEqual([...v.I16.subarray(4 * D, 4 * D + 8)], new Array(8).fill(32767))
  named('i32x4.relaxed_dot_i8x16_i7x16_add_s').lanes!(v, D, A, B, C, 0)
  assert.deepEqual([...v.I32.subarray(2 * D, 2 * D + 4)], new Array(4).fill(2 * 32767 + 7))
})
