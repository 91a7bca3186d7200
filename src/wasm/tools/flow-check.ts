// An independent look at translated bodies, for tests: walks the code once with the kinds of the
// operands, and says where a label, a jump or an instruction does not fit what is on the stack.
// Plain, not fast.
import assert from 'node:assert/strict'
import type { FunctionDef, TypeDef } from '../../isa/program.ts'
import { parseSignature, rowByCode } from '../../isa/table.ts'
import { type Kind, Kinds, kindOf, type ValType, wordsOfAll } from '../../isa/types.ts'
import type { WasmModule } from '../module.ts'

type Stack = readonly Kind[]

const kinds = (types: readonly ValType[]): Kind[] => types.map(kindOf)

/** Operands and results that depend on more than the row: how many leave, and what comes. */
function special(module: WasmModule, f: FunctionDef, pc: number, stack: Stack): [number, Kind[]] {
  const name = rowByCode[f.code.op[pc]]?.name ?? ''
  const imm = f.code.imm.subarray(f.code.at[pc])
  const top = stack[stack.length - 1]
  const locals = [...module.types[f.type].params, ...f.locals]
  const callee = (type: TypeDef, more: number, isTail: boolean): [number, Kind[]] => [
    type.params.length + more,
    isTail ? [] : kinds(type.results),
  ]
  const size = (wide: boolean): Kind => (wide ? Kinds.i64 : Kinds.i32)
  const table = module.tableTypes[imm[0]]
  const memory = module.memoryTypes[imm[0]]
  switch (name) {
    case 'return':
      return [module.types[f.type].results.length, []]
    case 'throw':
      return [module.types[module.tagTypes[imm[0]]].params.length, []]
    case 'call':
    case 'return_call':
      return callee(module.types[module.functionTypes[imm[0]]], 0, name !== 'call')
    case 'call_indirect':
    case 'return_call_indirect':
    case 'call_ref':
    case 'return_call_ref':
      return callee(module.types[imm[0]], 1, name.startsWith('return'))
    case 'drop':
      assert.notEqual(top, Kinds.v128)
      return [1, []]
    case 'select':
      assert.notEqual(stack.at(-2), Kinds.v128)
      assert.equal(stack.at(-2), stack.at(-3))
      return [3, [stack[stack.length - 2]]]
    case 'local.get':
      return [0, kinds([locals[imm[0]]])]
    case 'local.set':
    case 'local.tee':
      assert.equal(top, kindOf(locals[imm[0]]))
      return [1, name === 'local.set' ? [] : [top]]
    case 'global.get':
      return [0, kinds([module.globalTypes[imm[0]].type])]
    case 'global.set':
      return [1, []]
    case 'table.get':
      return [1, kinds([table.element])]
    case 'table.set':
      return [2, []]
    case 'table.size':
      return [0, [size(table.limits.wide)]]
    case 'table.grow':
      return [2, [size(table.limits.wide)]]
    case 'memory.size':
      return [0, [size(memory.wide)]]
    case 'memory.grow':
      return [1, [size(memory.wide)]]
    case 'ref.null':
      return [0, [imm[0] as Kind]]
    case 'ref.is_null':
    case 'ref.test':
      return [1, [Kinds.i32]]
    case 'ref.as_non_null':
    case 'ref.cast':
      return [1, [top]]
  }
  assert.match(name, /^(memory|table)\.(init|copy|fill)$/)
  return [3, []]
}

/** Labels that the instruction jumps to, with the stack it jumps with and the words it carries. */
function jumps(
  f: FunctionDef,
  pc: number,
  stack: Stack,
): { to: number[]; with: Stack; keep: number } {
  const imm = f.code.imm.subarray(f.code.at[pc])
  const name = rowByCode[f.code.op[pc]]?.name
  if (name === 'jump_table') {
    const to = [...imm.subarray(2, imm[1] + 3)]
    return { to, with: stack.slice(0, -1), keep: imm[0] }
  }
  const takes = name === 'jump_if' || name === 'jump_unless' || name === 'jump_on_null'
  return { to: [imm[0]], with: takes ? stack.slice(0, -1) : stack, keep: imm[1] }
}

export function checkFlow(module: WasmModule, f: FunctionDef): void {
  const { code, labels, handlers, source } = f
  const end = code.op.length
  const atPc = new Map(labels.map((label) => [label.pc, label.stack]))
  const used = new Set(handlers.map((handler) => handler.label))
  let stack: Stack | null = []
  for (let pc = 0; pc < end; pc++) {
    const declared = atPc.get(pc)
    if (stack === null) assert.ok(declared, `pc ${pc} follows a transfer and has no label`)
    if (stack !== null && declared) assert.deepEqual(stack, declared, `label at pc ${pc}`)
    stack = declared ?? stack ?? []
    const row = rowByCode[code.op[pc]]
    assert.ok(row, `pc ${pc}`)
    assert.ok(source !== null && (pc === 0 || source[pc] > source[pc - 1]), `source of pc ${pc}`)
    if (row.flow === 'jump' || row.flow === 'branch') {
      const jump = jumps(f, pc, stack)
      for (const label of jump.to) {
        used.add(label)
        checkJump(jump.with, labels[label].stack, jump.keep, pc)
      }
      const falls: Stack = row.name === 'jump_on_non_null' ? stack.slice(0, -1) : jump.with
      const keepsReference = row.name === 'jump_on_null'
      stack = row.flow === 'jump' ? null : keepsReference ? stack : falls
      continue
    }
    if (row.sig === null) {
      const [pops, pushes] = special(module, f, pc, stack)
      assert.ok(pops <= stack.length, `operands of pc ${pc}`)
      stack = [...stack.slice(0, stack.length - pops), ...pushes]
    } else {
      const { pops, pushes } = parseSignature(row.sig)
      const operands = stack.slice(stack.length - pops.length)
      assert.equal(operands.length, pops.length, `operands of pc ${pc}`)
      for (const [i, kind] of pops.entries()) {
        if (kind !== 'addr') assert.equal(operands[i], kind, `operand ${i} of pc ${pc}`)
        else assert.ok(operands[i] <= Kinds.i64, `address of pc ${pc}`)
      }
      stack = [...stack.slice(0, stack.length - pops.length), ...(pushes as Kind[])]
    }
    if (row.flow === 'end') stack = null
  }
  assert.equal(stack, null, 'the last instruction does not fall off the end')
  assert.equal(used.size, labels.length, 'every label is used')
  for (const label of labels) {
    assert.ok(label.pc <= end)
    const results = kinds(module.types[f.type].results)
    if (label.pc === end) assert.deepEqual(label.stack, results)
  }
  for (const { from, to } of handlers) assert.ok(from < to && to <= end, 'a handler covers code')
}

function checkJump(stack: Stack, declared: Stack, keep: number, pc: number): void {
  assert.ok(stack.length >= declared.length, `pc ${pc} jumps with too few operands`)
  let carried = 0
  while (wordsOfAll(declared.slice(declared.length - carried)) < keep) carried++
  assert.equal(wordsOfAll(declared.slice(declared.length - carried)), keep, `keep of pc ${pc}`)
  const below = declared.length - carried
  assert.deepEqual(stack.slice(0, below), declared.slice(0, below), `below the jump of pc ${pc}`)
  assert.deepEqual(stack.slice(stack.length - carried), declared.slice(below), `jump of pc ${pc}`)
}
