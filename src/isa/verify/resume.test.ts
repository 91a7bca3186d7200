import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Body, sample } from '../tools/verify-sample.ts'
import { assemble } from '../vasm/assemble.ts'
import { RESUME_SPACING } from './resume.ts'
import { verifyFunction } from './verify.ts'

const points = (body: Body): number[] => {
  const { resume } = verifyFunction(sample([body]), 0)
  return [...resume.keys()].filter((pc) => resume[pc] === 1)
}
const nops = (count: number): string => 'nop;'.repeat(count)

test('the entry is a resume point, and nothing else in a short body', () => {
  assert.deepEqual(points({ code: 'nop; return' }), [0])
})
test('targets of backward jumps are, those of forward jumps are not', () => {
  const code = 'nop; nop; i32.const 1; jump_if 1 0; i32.const 1; jump_if 0 0; return'
  assert.deepEqual(
    points({
      code,
      labels: [
        [1, ''],
        [6, ''],
      ],
    }),
    [0, 1],
  )
})
test('a jump to itself is backward', () => {
  assert.deepEqual(points({ code: 'nop; jump 0 0', labels: [[1, '']] }), [0, 1])
})
test('every entry of a jump table counts, the default too', () => {
  const code = 'nop; nop; nop; i32.const 0; jump_table 0 1 0 1'
  assert.deepEqual(
    points({
      code,
      labels: [
        [1, ''],
        [2, ''],
      ],
    }),
    [0, 1, 2],
  )
})
test('handlers and what follows a call are, what follows a tail call is not', () => {
  const code = 'call 0; sys 8; drop; return; nop; return_call 0; return'
  const body: Body = {
    code,
    labels: [
      [4, ''],
      [6, ''],
    ],
    handlers: [{ from: 0, to: 1, label: 0 }],
  }
  assert.deepEqual(points(body), [0, 1, 2, 4])
})
test('straight code has one every 512 instructions', () => {
  assert.deepEqual(points({ code: nops(1100) + 'return' }), [0, 512, 1024])
})
test('a body of 512 has no second one: the end never is one', () => {
  assert.deepEqual(points({ code: nops(511) + 'return' }), [0])
  assert.deepEqual(points({ code: nops(512) + 'return' }), [0, 512])
})
test('at a join the longest path counts', () => {
  // 0, 1: jump to 102 after 2 ticks, or 100 ticks more; the label is at pc 102, distance 102.
  const code = `i32.const 1; jump_if 0 0; ${nops(1000)} return`
  assert.deepEqual(points({ code, labels: [[102, '']] }), [0, 512])
})
test('a jump over a resume point carries its own distance', () => {
  // The jump at pc 1 skips 600 instructions, one of which is a resume point: both ways meet at pc
  // 602.
  const code = `i32.const 1; jump_if 0 0; ${nops(600)} ${nops(600)} return`
  assert.deepEqual(points({ code, labels: [[602, '']] }), [0, 512, 1024])
})
test('what control does not come to starts at distance 0 without being one', () => {
  const code = `return; ${nops(600)} return`
  assert.deepEqual(points({ code, labels: [[1, '']] }), [0, 513])
})
test('no path of forward steps is longer than the spacing', () => {
  let seed = 5
  const pick = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return (seed >>> 8) % below
  }
  const steps = 4000
  const lines: string[] = []
  for (let step = 0; step < steps; step++) {
    const to = step + 1 + pick(Math.min(900, steps - step))
    lines.push(pick(6) === 0 ? `i32.const 0; jump_if ${to} 0` : 'nop; nop')
  }
  const labels: [number, string][] = Array.from({ length: steps + 1 }, (_, n) => [n * 2, ''])
  const program = sample([{ code: lines.join(';') + '; return', labels }])
  const { resume } = verifyFunction(program, 0)
  const { imm, at } = program.functions[0].code
  const longest = new Array(resume.length + 1).fill(0)
  for (let pc = resume.length - 2; pc >= 0; pc--) {
    const next = [pc + 1]
    if (lines[pc >> 1].includes('jump') && pc % 2 === 1) next.push(labels[imm[at[pc]]][0])
    longest[pc] = 1 + Math.max(...next.map((to) => (resume[to] === 1 ? 0 : longest[to])))
    assert.ok(longest[pc] <= RESUME_SPACING, `pc ${pc}`)
  }
  assert.ok(Math.max(...longest) === RESUME_SPACING)
})

test('a bulk operation is a resume point: it restarts at itself', () => {
  const zero = ['i32.const 0', 'i32.const 0', 'i32.const 0']
  const body = [...zero, 'memory.fill', ...zero, 'memory.copy', 'return'].join('\n  ')
  const program = assemble(`memory m 1\nfunc f ()\n  ${body}\nend\n`)
  const { resume } = verifyFunction(program, 0)
  assert.deepEqual(
    [...resume.keys()].filter((pc) => resume[pc] === 1),
    [0, 3, 7],
  )
})
