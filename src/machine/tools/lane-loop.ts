// Writes the lane's loop (lane-loop.gen.ts) from the ISA table: each pure row's meaning, as its own source text,
// becomes a case that reads slots and writes a slot. What has no row is written out below.
import type { Row } from '../../isa/row.ts'
import { parseSignature } from '../../isa/table.ts'
import { Kinds } from '../../isa/types.ts'
import { type LaneOp, laneOps } from '../lane-ops.ts'

/** Functions of isa/rows/numeric.ts that meanings call. */
const meaningCalls = [
  'bigToF32',
  'clz64',
  'divS32',
  'divS64',
  'divU32',
  'divU64',
  'nearest',
  'popcount32',
  'remS32',
  'remS64',
  'remU32',
  'remU64',
  'satS32',
  'satS64',
  'satU32',
  'satU64',
  'truncS32',
  'truncS64',
  'truncU32',
  'truncU64',
  'U',
]

/** Parameters and body of a meaning: an arrow function with an expression for a body. */
function meaning(row: Row): { params: string[]; body: string } {
  const text = String(row.pure).replaceAll(/\s+/g, ' ')
  const match = /^\(([^)]*)\) => (.*)$/.exec(text)
  if (match === null || match[2].startsWith('{')) {
    throw new Error(`the meaning of ${row.name} is not a single expression: ${text}`)
  }
  return { params: match[1].split(',').map((name) => name.trim()), body: match[2] }
}

/** i64 rows on 32-bit halves: a bigint costs several times as much. `d`, `a`, `b` are half indices. */
const halves: Readonly<Record<string, string>> = {
  'i64.add': `const al = I32[a], l = (al + I32[b]) | 0
        I32[d + 1] = I32[a + 1] + I32[b + 1] + (((al & I32[b]) | ((al | I32[b]) & ~l)) >>> 31)
        I32[d] = l`,
  'i64.sub': `const al = I32[a], l = (al - I32[b]) | 0
        I32[d + 1] = I32[a + 1] - I32[b + 1] - (((~al & I32[b]) | ((~al | I32[b]) & l)) >>> 31)
        I32[d] = l`,
  'i64.and': `const h = I32[a + 1] & I32[b + 1]
        I32[d] = I32[a] & I32[b]
        I32[d + 1] = h`,
  'i64.or': `const h = I32[a + 1] | I32[b + 1]
        I32[d] = I32[a] | I32[b]
        I32[d + 1] = h`,
  'i64.xor': `const h = I32[a + 1] ^ I32[b + 1]
        I32[d] = I32[a] ^ I32[b]
        I32[d + 1] = h`,
  'i64.shl': `const n = I32[b] & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = 0; I32[d + 1] = l << n }
        else { I32[d] = l << n; I32[d + 1] = n === 0 ? h : (h << n) | (l >>> (32 - n)) }`,
  'i64.shr_u': `const n = I32[b] & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = h >>> n; I32[d + 1] = 0 }
        else { I32[d] = n === 0 ? l : (l >>> n) | (h << (32 - n)); I32[d + 1] = h >>> n }`,
  'i64.shr_s': `const n = I32[b] & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = h >> n; I32[d + 1] = h >> 31 }
        else { I32[d] = n === 0 ? l : (l >>> n) | (h << (32 - n)); I32[d + 1] = h >> n }`,
  'i64.rotl': `const n = I32[b] & 63
        const l = n >= 32 ? I32[a + 1] : I32[a], h = n >= 32 ? I32[a] : I32[a + 1]
        if ((n & 31) === 0) { I32[d] = l; I32[d + 1] = h }
        else { I32[d] = (l << n) | (h >>> (32 - (n & 31))); I32[d + 1] = (h << n) | (l >>> (32 - (n & 31))) }`,
  'i64.rotr': `const n = -I32[b] & 63
        const l = n >= 32 ? I32[a + 1] : I32[a], h = n >= 32 ? I32[a] : I32[a + 1]
        if ((n & 31) === 0) { I32[d] = l; I32[d + 1] = h }
        else { I32[d] = (l << n) | (h >>> (32 - (n & 31))); I32[d + 1] = (h << n) | (l >>> (32 - (n & 31))) }`,
  'i64.extend_i32_u': `I32[d] = I32[a]
        I32[d + 1] = 0`,
  'i64.extend_i32_s': `const l = I32[a]
        I32[d] = l
        I32[d + 1] = l >> 31`,
  'i64.extend8_s': `const l = (I32[a] << 24) >> 24
        I32[d] = l
        I32[d + 1] = l >> 31`,
  'i64.extend16_s': `const l = (I32[a] << 16) >> 16
        I32[d] = l
        I32[d + 1] = l >> 31`,
  'i64.extend32_s': `const l = I32[a]
        I32[d] = l
        I32[d + 1] = l >> 31`,
  'i32.wrap_i64': `I32[d] = I32[a]`,
  'i64.reinterpret_f64': `const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h`,
  'f64.reinterpret_i64': `const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h`,
  'f64.neg': `const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h ^ -0x80000000`,
  'f64.abs': `const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h & 0x7fffffff`,
  'f64.copysign': `const h = (I32[a + 1] & 0x7fffffff) | (I32[b + 1] & -0x80000000)
        I32[d] = I32[a]
        I32[d + 1] = h`,
}

/** Tests of i64 on halves: an expression of half indices. */
const halfTests: Readonly<Record<string, string>> = {
  'i64.eqz': '(I32[a] | I32[a + 1]) === 0',
  'i64.eq': 'I32[a] === I32[b] && I32[a + 1] === I32[b + 1]',
  'i64.ne': 'I32[a] !== I32[b] || I32[a + 1] !== I32[b + 1]',
  'i64.lt_s': less('a', 'b', ''),
  'i64.gt_s': less('b', 'a', ''),
  'i64.le_s': `!(${less('b', 'a', '')})`,
  'i64.ge_s': `!(${less('a', 'b', '')})`,
  'i64.lt_u': less('a', 'b', ' >>> 0'),
  'i64.gt_u': less('b', 'a', ' >>> 0'),
  'i64.le_u': `!(${less('b', 'a', ' >>> 0')})`,
  'i64.ge_u': `!(${less('a', 'b', ' >>> 0')})`,
}

function less(a: string, b: string, sign: string): string {
  const [ah, bh] = [`I32[${a} + 1]`, `I32[${b} + 1]`]
  const strict = sign === '' ? `${ah} < ${bh}` : `${ah} >>> 0 < ${bh} >>> 0`
  return `${strict} || (${ah} === ${bh} && I32[${a}] >>> 0 < I32[${b}] >>> 0)`
}

/** Reads an operand by kind from the half index given. */
function read(kind: number, bits: boolean, half: string): string {
  if (kind === Kinds.i32 || (bits && kind === Kinds.f32)) return `I32[${half}]`
  if (kind === Kinds.i64 || (bits && kind === Kinds.f64)) return `I64[(${half}) >> 1]`
  return kind === Kinds.f32 ? `F32[${half}]` : `F64[(${half}) >> 1]`
}

function write(kind: number, bits: boolean, value: string): string {
  const d = 'fp + code[pc + 1]'
  if (kind === Kinds.i32 || (bits && kind === Kinds.f32)) return `I32[${d}] = ${value}`
  if (kind === Kinds.i64 || (bits && kind === Kinds.f64))
    return `I64[(${d}) >> 1] = BigInt.asIntN(64, ${value})`
  if (kind === Kinds.f32) {
    return `const d = ${d}, r = ${value}
        F32[d] = r
        if (r !== r) I32[d] = 0x7fc00000`
  }
  return `const d = ${d}, r = ${value}
        F64[d >> 1] = r
        if (r !== r) { I32[d] = 0; I32[d + 1] = 0x7ff80000 }`
}

function pureCase(op: LaneOp, row: Row): string {
  const { pops, pushes } = parseSignature(row.sig as string)
  const { params, body } = meaning(row)
  const bits = row.bits === true
  const constant = op.form === 'k' || op.form.endsWith('K')
  const jumps = op.form.startsWith('if') || op.form.startsWith('unless')
  // Jumps have no result: their operands start one word earlier.
  const first = jumps ? 1 : 2
  const halfTest = halfTests[row.name]
  const onHalves = halfTest !== undefined || halves[row.name] !== undefined
  const operands = params.map((name, at) => {
    const place = `code[pc + ${first + at}]`
    if (constant && at === 1) {
      if (!onHalves) return `${name} = ${place}`
      const text = halfTest ?? halves[row.name]
      const high = text.includes('I32[b + 1]') ? `, bh = code[pc + ${first + 2}]` : ''
      return `bl = ${place}${high}`
    }
    return onHalves
      ? `${name} = fp + ${place}`
      : `${name} = ${read(pops[at] as number, bits, `fp + ${place}`)}`
  })
  const lines = [`const ${operands.join(', ')}`]
  // A constant's halves stand in the code.
  const named = (text: string): string =>
    constant ? text.replaceAll('I32[b + 1]', 'bh').replaceAll('I32[b]', 'bl') : text
  const test = named(halfTest ?? body.replace(/^\+\((.*)\)$/, '$1'))
  if (jumps) {
    const condition = op.form.startsWith('if') ? test : `!(${test})`
    lines.push(`pc = ${condition} ? code[pc + ${op.size - 1}] : pc + ${op.size}`, 'break')
    return block(lines)
  }
  if (halves[row.name] !== undefined)
    lines.push('const d = fp + code[pc + 1]', named(halves[row.name]))
  else if (halfTest !== undefined) lines.push(`I32[fp + code[pc + 1]] = +(${named(halfTest)})`)
  else lines.push(write(pushes[0] as number, bits, body))
  lines.push(`pc += ${op.size}`, 'continue')
  return block(lines)
}

function block(lines: readonly string[]): string {
  return `{\n        ${lines.join('\n        ')}\n      }`
}

/** The window of memory 0 for an access: `e` = effective address, `p` = page; a carry leaves p undefined. */
const open = (address: number, offset: number, window: string): string =>
  `const x = I32[fp + code[pc + ${address}]], o = code[pc + ${offset}], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : ${window}[e >>> 16]`

const loadCase = (bytes: number, fast: string, after: (value: string) => string): string => {
  const aligned = bytes === 1 ? 'p !== undefined' : `p !== undefined && (e & ${bytes - 1}) === 0`
  return block([
    open(2, 3, 'rd'),
    `const v = ${aligned} ? ${fast} : slowLoad(memory, x, o, ${bytes})`,
    'const d = fp + code[pc + 1]',
    after('v'),
    'pc += 4',
    'continue',
  ])
}
const at8 = 'p.u8[e & 0xffff]'
const at16 = 'p.i16[(e & 0xffff) >> 1]'
const at32 = 'p.i32[(e & 0xffff) >> 2]'
const wide = (value: string, high: string): string =>
  `I32[d] = ${value}\n        I32[d + 1] = ${high}`

const loadWords = (count: number): string => {
  const moves = Array.from({ length: count }, (_, i) => `I32[d + ${i}] = q[w + ${i}]`)
  return block([
    open(2, 3, 'rd'),
    'const d = fp + code[pc + 1]',
    `if (p !== undefined && (e & 3) === 0 && (e & 0xffff) <= ${65536 - count * 4}) {
          const q = p.i32, w = (e & 0xffff) >> 2
          ${moves.join('\n          ')}
        } else slowLoadWords(memory, x, o, ${count * 4}, I32, d)`,
    'pc += 4',
    'continue',
  ])
}

const storeCase = (bytes: number, fast: string, value = 'I32[fp + code[pc + 2]]'): string => {
  const aligned = bytes === 1 ? 'p !== undefined' : `p !== undefined && (e & ${bytes - 1}) === 0`
  return block([
    open(1, 3, 'wr'),
    `const v = ${value}`,
    `if (${aligned}) ${fast} = v`,
    `else slowStore(memory, x, o, ${bytes}, v)`,
    'pc += 4',
    'continue',
  ])
}

const storeWords = (count: number): string => {
  const moves = Array.from({ length: count }, (_, i) => `q[w + ${i}] = I32[s + ${i}]`)
  return block([
    open(1, 3, 'wr'),
    'const s = fp + code[pc + 2]',
    `if (p !== undefined && (e & 3) === 0 && (e & 0xffff) <= ${65536 - count * 4}) {
          const q = p.i32, w = (e & 0xffff) >> 2
          ${moves.join('\n          ')}
        } else slowStoreWords(memory, x, o, ${count * 4}, I32, s)`,
    'pc += 4',
    'continue',
  ])
}

/** Opens the callee's frame; what does not fit or is not lowered yet goes by the stepper. */
const enterFrame = (returnPc: number): string => `if (
          used + next.frameWords > limitWords || base + next.roomHalves > capacity || depth >= frames
        ) {
          fuel++
          at = code[pc + ${returnPc}] - 1
          break run
        }
        framePc[depth - 1] = code[pc + ${returnPc}]
        used += next.frameWords
        for (let i = base + next.paramHalves; i < base + next.localHalves; i++) I32[i] = 0
        frameFunction[depth] = callee
        frameBase[depth] = base >> 1
        depth++
        fp = base
        lane = next
        pc = next.start
        break`

const leaveFrame = (words: string): string => `depth--
        used -= lane.frameWords
        if (depth === 0) {
          m.depth = 0
          m.usedWords = 0
          m.sp = (fp >> 1) + ${words}
          m.status = 'idle'
          return fuel
        }
        const caller = frameFunction[depth - 1]
        const back = caller.lane
        if (back === null || caller.instance !== instance) {
          m.depth = depth
          m.usedWords = used
          m.sp = (fp >> 1) + ${words}
          return fuel
        }
        fp = frameBase[depth - 1] << 1
        lane = back
        pc = back.entry[framePc[depth - 1]]
        break`

const cases: Readonly<Record<string, string>> = {
  next: block(['pc++', 'break']),
  escape: block(['at = code[pc + 1]', 'break run']),
  jump: block(['pc = code[pc + 1]', 'break']),
  jumpIf: block(['pc = I32[fp + code[pc + 1]] !== 0 ? code[pc + 2] : pc + 3', 'break']),
  jumpUnless: block(['pc = I32[fp + code[pc + 1]] === 0 ? code[pc + 2] : pc + 3', 'break']),
  jumpTable: block([
    'const i = I32[fp + code[pc + 1]] >>> 0, n = code[pc + 2]',
    'pc = code[pc + 3 + (i < n ? i : n)]',
    'break',
  ]),
  return0: block([leaveFrame('0')]),
  return1: block([
    'const s = fp + code[pc + 1]',
    'const low = I32[s], high = I32[s + 1]',
    'I32[fp] = low',
    'I32[fp + 1] = high',
    leaveFrame('1'),
  ]),
  returnN: block([
    'const s = fp + code[pc + 1], n = code[pc + 2]',
    'for (let i = 0; i < 2 * n; i++) I32[fp + i] = I32[s + i]',
    leaveFrame('n'),
  ]),
  call: block([
    'const callee = functions[code[pc + 1]]',
    'const base = fp + code[pc + 2]',
    'const next = callee.instance === instance ? callee.lane : null',
    `if (next === null) {
          fuel++
          at = code[pc + 3] - 1
          break run
        }`,
    enterFrame(3),
  ]),
  callIndirect: block([
    'const table = tables[code[pc + 2]]',
    'const i = I32[fp + code[pc + 3]] >>> 0',
    'const callee = i < table.size && table.words[2 * i + 1] === instance + 1 ? functions[table.words[2 * i]] : null',
    'const base = fp + code[pc + 4]',
    `const next = callee !== null && callee.typeId === code[pc + 1] && callee.instance === instance
          ? callee.lane : null`,
    `if (callee === null || next === null) {
          fuel++
          at = code[pc + 5] - 1
          break run
        }`,
    enterFrame(5),
  ]),
  move: block([
    'const d = fp + code[pc + 1], s = fp + code[pc + 2]',
    'I32[d] = I32[s]',
    'I32[d + 1] = I32[s + 1]',
    'pc += 3',
    'continue',
  ]),
  move2: block([
    'const d = fp + code[pc + 1], s = fp + code[pc + 2]',
    'const h = I32[s + 1], k = I32[s + 2], l = I32[s + 3]',
    'I32[d] = I32[s]',
    'I32[d + 1] = h',
    'I32[d + 2] = k',
    'I32[d + 3] = l',
    'pc += 3',
    'continue',
  ]),
  const64: block([
    'const d = fp + code[pc + 1]',
    'I32[d] = code[pc + 2]',
    'I32[d + 1] = code[pc + 3]',
    'pc += 4',
    'continue',
  ]),
  const128: block([
    'const d = fp + code[pc + 1]',
    'I32[d] = code[pc + 2]',
    'I32[d + 1] = code[pc + 3]',
    'I32[d + 2] = code[pc + 4]',
    'I32[d + 3] = code[pc + 5]',
    'pc += 6',
    'continue',
  ]),
  globalGet: block([
    'const d = fp + code[pc + 1], g = code[pc + 2]',
    'I32[d] = globals[g]',
    'I32[d + 1] = globals[g + 1]',
    'pc += 3',
    'continue',
  ]),
  globalSet: block([
    'const g = code[pc + 1], s = fp + code[pc + 2]',
    'globals[g] = I32[s]',
    'globals[g + 1] = I32[s + 1]',
    'pc += 3',
    'continue',
  ]),
  select: block([
    'const d = fp + code[pc + 1]',
    'const s = I32[fp + code[pc + 4]] !== 0 ? fp + code[pc + 2] : fp + code[pc + 3]',
    'const h = I32[s + 1]',
    'I32[d] = I32[s]',
    'I32[d + 1] = h',
    'pc += 5',
    'continue',
  ]),
  load8s: loadCase(1, at8, (v) => `I32[d] = (${v} << 24) >> 24`),
  load8u: loadCase(1, at8, (v) => `I32[d] = ${v}`),
  load16s: loadCase(2, at16, (v) => `I32[d] = (${v} << 16) >> 16`),
  load16u: loadCase(2, at16, (v) => `I32[d] = ${v} & 0xffff`),
  load32: loadCase(4, at32, (v) => `I32[d] = ${v}`),
  load64: loadWords(2),
  load8s64: loadCase(1, at8, (v) => wide(`(${v} << 24) >> 24`, `(${v} << 24) >> 31`)),
  load8u64: loadCase(1, at8, (v) => wide(v, '0')),
  load16s64: loadCase(2, at16, (v) => wide(`(${v} << 16) >> 16`, `(${v} << 16) >> 31`)),
  load16u64: loadCase(2, at16, (v) => wide(`${v} & 0xffff`, '0')),
  load32s64: loadCase(4, at32, (v) => wide(v, `${v} >> 31`)),
  load32u64: loadCase(4, at32, (v) => wide(v, '0')),
  load128: loadWords(4),
  store8k: storeCase(1, at8, 'code[pc + 2]'),
  store32k: storeCase(4, at32, 'code[pc + 2]'),
  store8: storeCase(1, at8),
  store16: storeCase(2, at16),
  store32: storeCase(4, at32),
  store64: storeWords(2),
  store128: storeWords(4),
  meaning: block([
    'meanings[code[pc + 1]](words, fp + code[pc + 2], fp + code[pc + 3], fp + code[pc + 4])',
    'pc += 5',
    'continue',
  ]),
  lanes: block([
    'const w = fp >> 1',
    `laneFunctions[code[pc + 1]](
          words, w + (code[pc + 2] >> 1), w + (code[pc + 3] >> 1), w + (code[pc + 4] >> 1),
          w + (code[pc + 5] >> 1), code[pc + 6],
        )`,
    'pc += 7',
    'continue',
  ]),
  vectorLoad: block([
    `loadVector(
          memory, words, code[pc + 1], (fp + code[pc + 2]) >> 1, I32[fp + code[pc + 3]],
          code[pc + 4], code[pc + 5],
        )`,
    'pc += 6',
    'continue',
  ]),
  vectorStore: block([
    `storeVector(
          memory, words, code[pc + 1], I32[fp + code[pc + 2]], (fp + code[pc + 3]) >> 1,
          code[pc + 4], code[pc + 5],
        )`,
    'pc += 6',
    'continue',
  ]),
}

export function laneLoop(): string {
  const body = laneOps
    .map((op, number) => {
      const text = op.row === null ? cases[op.name] : pureCase(op, op.row)
      if (text === undefined) throw new Error(`no case for ${op.name}`)
      return `      case ${number}: // ${op.name}\n      ${text}`
    })
    .join('\n')
  const used = meaningCalls.filter((name) => new RegExp(`\\b${name}\\(`).test(body))
  return `// Generated from the ISA table by \`npm run gen\`; do not edit. The lane's loop: see lane.ts and lane-ops.ts.
import { ${used.join(', ')} } from '../isa/rows/numeric.ts'
import type { Words } from '../isa/row.ts'
import type { Memory } from '../memory/memory.ts'
import { settle } from './calls.ts'
import type { Lane } from './lane-code.ts'
import { laneFunctions, meanings } from './lane-functions.ts'
import { loadVector, slowLoad, slowLoadWords, slowStore, slowStoreWords, storeVector } from './lane-memory.ts'
import type { Machine } from './machine.ts'

/**
 * Runs the top frame of a running machine, which must stand at the start of a segment, within \`budget\` ticks
 * (below 2^30). Comes back at a segment's start or before an instruction for the stepper, with all operands in
 * place. Gives the ticks that are left.
 */
export function laneLoop(m: Machine, budget: number): number {
  let fuel = budget | 0
  const words: Words = m.words
  const { I32, F32, F64, I64 } = words
  const { frameFunction, framePc, frameBase } = m
  const capacity = m.capacityWords * 2
  const frames = framePc.length
  const limitWords = m.manifest.limits.stackWords
  const { tables } = m.store
  const globals = m.store.globalWords
  let depth = m.depth
  let used = m.usedWords
  const { instance } = frameFunction[depth - 1]
  const { functions, memories } = m.store.instances[instance]
  const memory = (memories.length > 0 ? m.store.memories[memories[0]] : undefined) as Memory
  const rd = memory === undefined ? [] : memory.read
  const wr = memory === undefined ? [] : memory.write
  let lane = frameFunction[depth - 1].lane as Lane
  const { code } = m.lanes
  let fp = frameBase[depth - 1] << 1
  let pc = lane.entry[framePc[depth - 1]]
  let at = 0
  // One loop only, and the segment's start behind the switch: an inner loop would be left by deoptimising.
  if (code[pc] > fuel) return fuel
  fuel -= code[pc]
  pc += 2
  try {
    run: for (;;) {
      switch (code[pc]) {
${body}
        default:
          throw new Error(\`no lane operation \${code[pc]}\`)
      }
      // A segment starts: its ticks are paid at once.
      const ticks = code[pc]
      if (ticks > fuel) {
        at = code[pc + 1]
        break
      }
      fuel -= ticks
      pc += 2
    }
  } catch (signal) {
    m.depth = depth
    m.usedWords = used
    settle(m, signal, lane.pcAt[pc - lane.start])
    return fuel + lane.ticksAfter[pc - lane.start]
  }
  m.depth = depth
  m.usedWords = used
  framePc[depth - 1] = at
  const facts = m.factsOf(frameFunction[depth - 1])
  m.sp = (fp >> 1) + facts.localWords + facts.heights[at]
  return fuel
}
`
}
