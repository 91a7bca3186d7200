import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodeBuilder } from '../code-builder.ts'
import type { Handler, Program } from '../program.ts'
import { rowByCode } from '../table.ts'
import { alone, type Body, code, functionType, sample } from '../tools/verify-sample.ts'
import { EXNREF, I32 } from '../types.ts'
import { Liveness } from './liveness.ts'
import { PositionSet } from './liveness-order.ts'
import { verifyFunction } from './verify.ts'

const solve = (program: Program): Liveness => new Liveness(program, 0, verifyFunction(program, 0))
const liveAt = (body: Body, pc: number): string =>
  solve(sample([body]))
    .liveLocals(pc)
    .join('')

const random = (seed: number) => (below: number) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
  return (seed >>> 8) % below
}

test('a local is live from where it is written to its last read', () => {
  const body: Body = {
    locals: [I32, I32],
    code: 'local.get 0; local.set 1; nop; local.get 1; local.set 0; return',
  }
  const at = [0, 1, 2, 3, 4, 5].map((pc) => liveAt(body, pc))
  assert.deepEqual(at, ['10', '00', '01', '01', '00', '00'])
})

test('what a loop reads before it writes is live all around it', () => {
  const body: Body = {
    locals: [I32, I32],
    code: 'nop; local.get 1; drop; i32.const 1; local.set 1; i32.const 1; jump_if 0 0; return',
    labels: [[1, '']],
  }
  const at = [0, 2, 4, 5, 7].map((pc) => liveAt(body, pc))
  assert.deepEqual(at, ['01', '00', '00', '01', '00'])
})

test('a call keeps what a handler reads, but for the local that the handler writes', () => {
  const body: Body = {
    locals: [I32, EXNREF, I32],
    code: 'i32.const 1; local.set 0; call 0; nop; return; local.get 0; drop; rethrow 1',
    labels: [[5, '']],
    handlers: [{ from: 1, to: 3, refLocal: 1 }],
  }
  const liveness = solve(sample([body]))
  assert.equal(liveness.liveLocals(0).join(''), '000')
  assert.equal(liveness.liveLocals(2).join(''), '100')
  assert.equal(liveness.liveLocals(3).join(''), '000')
  assert.equal(liveness.liveAfterCall(3).join(''), '100')
  assert.equal(liveness.liveLocals(5).join(''), '110')
})

/** The rule as it stands in the header of liveness.ts, one instruction and one local at a time. */
function naive(program: Program, pcs: number, locals: number): Uint8Array[] {
  const def = program.functions[0]
  const { op, at, imm } = def.code
  const live = Array.from({ length: pcs + 1 }, () => new Uint8Array(locals))
  for (let changed = true; changed; ) {
    changed = false
    for (let pc = pcs - 1; pc >= 0; pc--) {
      const row = rowByCode[op[pc]]!
      const own = imm[at[pc]]
      const next = new Set<number>()
      if (row.flow !== 'jump' && row.flow !== 'end') next.add(pc + 1)
      if (row.imm[0] === 'label') next.add(def.labels[own].pc)
      if (row.imm.includes('labels')) {
        const labels = imm.subarray(at[pc] + 2, at[pc] + 3 + imm[at[pc] + 1])
        for (const label of labels) next.add(def.labels[label].pc)
      }
      for (let local = 0; local < locals; local++) {
        let is = [...next].some((to) => live[to][local] === 1)
        if (row.name === 'local.set' && own === local) is = false
        if (row.name === 'local.get' && own === local) is = true
        if (row.name === 'rethrow' && own === local) is = true
        const throws = ['call', 'throw', 'rethrow', 'throw_ref'].includes(row.name)
        for (const { from, to, refLocal, label } of def.handlers) {
          if (!throws || pc < from || pc >= to || refLocal === local) continue
          if (live[def.labels[label].pc][local] === 1) is = true
        }
        if (is && live[pc][local] === 0) {
          live[pc][local] = 1
          changed = true
        }
      }
    }
  }
  return live
}

function randomProgram(seed: number): { program: Program; pcs: number; locals: number } {
  const pick = random(seed)
  const locals = 2 + pick(70)
  const types = [...new Array(locals - 1).fill(I32), EXNREF]
  const steps = 5 + pick(60)
  const lines: string[] = []
  const labels: [number, string][] = []
  const label = (): number => pick(steps + 2)
  for (let step = 0; step < steps; step++) {
    labels.push([lines.length, ''])
    const local = pick(locals - 1)
    const kinds = [
      [`local.get ${local}`, 'drop'],
      ['i32.const 1', `local.set ${local}`],
      ['i32.const 1', `jump_if ${label()} 0`],
      ['i32.const 1', `jump_table 0 2 ${label()} ${label()} ${label()}`],
      [`jump ${label()} 0`],
      ['call 0'],
      ['throw 0'],
      [`rethrow ${locals - 1}`],
      ['return'],
      ['nop'],
    ]
    lines.push(...kinds[pick(kinds.length)])
  }
  labels.push([lines.length, ''])
  lines.push('return')
  labels.push([lines.length, ''])
  const handlers: Partial<Handler>[] = []
  for (let n = pick(6); n > 0; n--) {
    const from = pick(lines.length)
    const to = from + 1 + pick(lines.length - from)
    handlers.push({ from, to, label: label(), refLocal: pick(2) === 0 ? -1 : locals - 1 })
  }
  const body: Body = { locals: types, code: code(lines.join('\n')), labels, handlers }
  const program = sample([body], { types: alone(functionType([], [])), tags: [0] })
  return { program, pcs: lines.length, locals }
}

test('random functions agree with the rule, at every pc and for both queries', () => {
  let calls = 0
  for (let seed = 1; seed <= 300; seed++) {
    const { program, pcs, locals } = randomProgram(seed)
    const liveness = solve(program)
    const expected = naive(program, pcs, locals)
    for (let pc = 0; pc < pcs; pc++) {
      assert.deepEqual(liveness.liveLocals(pc), expected[pc], `seed ${seed}, pc ${pc}`)
      if (pc === 0 || rowByCode[program.functions[0].code.op[pc - 1]]!.name !== 'call') continue
      const after = expected[pc].slice()
      for (const { from, to, label, refLocal } of program.functions[0].handlers) {
        if (pc - 1 < from || pc - 1 >= to) continue
        const needs = expected[program.functions[0].labels[label].pc]
        for (let local = 0; local < locals; local++) {
          if (local !== refLocal) after[local] |= needs[local]
        }
      }
      assert.deepEqual(liveness.liveAfterCall(pc), after, `seed ${seed}, return to ${pc}`)
      calls++
    }
  }
  assert.ok(calls > 300)
})

/** A tangle of blocks that each read one local and write another. */
function tangle(blocks: number, locals: number): Program {
  const pick = random(7)
  const builder = new CodeBuilder()
  const part = (text: string): void => {
    const { op, at, imm } = code(text)
    for (let pc = 0; pc < op.length; pc++) {
      builder.emit(op[pc], ...imm.subarray(at[pc], at[pc + 1] ?? imm.length))
    }
  }
  const labels: [number, string][] = []
  for (let block = 0; block < blocks; block++) {
    labels.push([builder.length, ''])
    part(`local.get ${pick(locals)}; local.set ${pick(locals)}; nop; nop`)
    part(`local.get 0; jump_if ${pick(blocks)} 0`)
  }
  part('return')
  return sample([{ locals: new Array(locals).fill(I32), code: builder.take(), labels }])
}

test('100,000 instructions with 10,000 locals are solved in a second and kept', () => {
  const program = tangle(17_000, 10_000)
  const facts = verifyFunction(program, 0)
  assert.ok(facts.heights.length > 100_000)
  const start = process.cpuUsage().user
  const liveness = new Liveness(program, 0, facts)
  const live = liveness.liveLocals(50_001)
  assert.ok((process.cpuUsage().user - start) / 1e6 < 1)
  assert.ok(liveness.keeps)
  assert.ok(live.reduce((sum, bit) => sum + bit) > 1000)
})

test('what is too large to keep is solved again, with the same answer', () => {
  const program = tangle(3_000, 4_000)
  const facts = verifyFunction(program, 0)
  const kept = new Liveness(program, 0, facts)
  const again = new Liveness(program, 0, facts, 0)
  assert.ok(kept.keeps && !again.keeps)
  for (const pc of [0, 1, 7_777, 18_000])
    assert.deepEqual(again.liveLocals(pc), kept.liveLocals(pc))
})

test('many nested handlers cost their number, not handlers times calls', () => {
  const count = 4000
  const lines = [...new Array(count).fill('call 0'), 'return', 'local.get 0', 'drop', 'return']
  const body: Body = {
    locals: [I32],
    code: lines.join('\n'),
    labels: [[count + 1, '']],
    handlers: Array.from({ length: count }, () => ({ from: 0, to: count })),
  }
  const program = sample([body])
  const start = process.cpuUsage().user
  assert.equal(solve(program).liveLocals(count - 1)[0], 1)
  assert.ok((process.cpuUsage().user - start) / 1e6 < 1)
})

test('a position set gives its members in order', () => {
  const set = new PositionSet(100_000)
  const pick = random(3)
  const members = new Set<number>()
  for (let n = 0; n < 2000; n++) {
    const value = pick(100_000)
    set.add(value)
    members.add(value)
    const gone = pick(100_000)
    set.delete(gone)
    members.delete(gone)
  }
  const found: number[] = []
  for (let at = set.next(0); at >= 0; at = set.next(at + 1)) found.push(at)
  assert.deepEqual(
    found,
    [...members].sort((a, b) => a - b),
  )
})
