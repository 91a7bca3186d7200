// Writes the lane's loop (lane/loop.gen.ts) from the ISA table: each pure row's meaning, as its own
// source text, becomes a case that reads slots and writes a slot. What has no row is written out
// below.
import type { Row } from '../../isa/row.ts'
import { parseSignature } from '../../isa/table.ts'
import { Kinds } from '../../isa/types.ts'
import { type LaneOp, laneOps } from '../lane/ops.ts'
import { block, cases } from './lane-cases.ts'
import { halfTests, halves } from './lane-halves.ts'

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

export function laneLoop(): string {
  const body = laneOps
    .map((op, number) => {
      const text = op.row === null ? cases[op.name] : pureCase(op, op.row)
      if (text === undefined) throw new Error(`no case for ${op.name}`)
      return `      case ${number}: // ${op.name}\n      ${text}`
    })
    .join('\n')
  const used = meaningCalls.filter((name) => new RegExp(`\\b${name}\\(`).test(body))
  return `// Generated from the ISA table by \`npm run gen\`; do not edit. The lane's loop: see lane.ts and ops.ts.
import { ${used.join(', ')} } from '../../isa/rows/numeric.ts'
import type { Words } from '../../isa/row.ts'
import type { Memory } from '../../memory/memory.ts'
import { settle } from '../calls.ts'
import type { Machine } from '../machine.ts'
import type { Lane } from './code.ts'
import { laneFunctions, meanings } from './functions.ts'
import { loadVector, slowLoad, slowLoadWords, slowStore, slowStoreWords, storeVector } from './memory.ts'

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
