// Whole functions: the ordinary ones, which stop calling when the fuel is spent; `run`, which calls
// them again and again; `end`, which ends its run in one of the ways there are.
import type { FunctionDef } from '../../src/isa/program.ts'
import { syscalls } from '../../src/isa/syscalls.ts'
import { Kinds } from '../../src/isa/types.ts'
import { writeEnd, writeStatements } from './constructs.ts'
import { pushAll, pushConst } from './operands.ts'
import type { Random } from './random.ts'
import { paramsOf, resultsOf, type Shape } from './shape.ts'
import { type Hazards, Writer } from './writer.ts'

const { i32 } = Kinds

export function writeFunction(
  r: Random,
  shape: Shape,
  type: number,
  focus: readonly number[],
  hazards: Hazards,
): FunctionDef {
  const w = new Writer(r, shape, type, focus, hazards)
  countDown(w, shape.fuel)
  w.i32(0)
  w.op('i32.lt_s', [], 2, [i32])
  w.popped(1)
  const go = w.label(0, [])
  w.op('jump_unless', [go.label, 0])
  for (const kind of w.results) pushConst(w, kind)
  w.op('return')
  w.place(go)
  writeStatements(w, r.range(5, 16))
  writeEnd(w)
  return w.take()
}

/** Takes one off a global and pushes what is left. */
function countDown(w: Writer, global: number): void {
  w.op('global.get', [global], 0, [i32])
  w.i32(1)
  w.op('i32.sub', [], 2, [i32])
  w.op('global.set', [global], 1)
  w.op('global.get', [global], 0, [i32])
}

/** `run` and `end`. */
export function writeRun(
  r: Random,
  shape: Shape,
  own: readonly number[],
  focus: readonly number[],
  hazards: Hazards,
): FunctionDef[] {
  const w = new Writer(r, shape, 0, focus, hazards)
  w.i32(shape.passes)
  w.op('global.set', [shape.pass], 1)
  const head = w.label(0, [])
  const next = w.label(0, [])
  w.settle(head)
  w.i32(r.pick([3, 10, 30]))
  w.op('global.set', [shape.fuel], 1)
  const from = w.code.length
  writeStatements(w, r.range(1, 4))
  for (const fn of own) {
    const { type } = shape.functions[fn]
    pushAll(w, paramsOf(shape, type))
    w.op('call', [fn], paramsOf(shape, type).length, resultsOf(shape, type))
    while (w.free > 2) w.dropTop()
  }
  w.op('jump', [next.label, 0])
  w.handlers.push({
    from,
    to: w.code.length,
    tag: -1,
    ref: false,
    refLocal: -1,
    label: next.label,
  })
  w.place(next)
  countDown(w, shape.pass)
  w.i32(0)
  w.op('i32.gt_s', [], 2, [i32])
  w.op('jump_if', [head.label, 0], 1)
  w.op('return')
  return [w.take(), writeLast(r, shape, hazards)]
}

const exit = syscalls.find(({ name }) => name === 'exit')?.number ?? 0

function writeLast(r: Random, shape: Shape, hazards: Hazards): FunctionDef {
  const w = new Writer(r, shape, 0, [0], hazards)
  switch (r.below(8)) {
    case 0: {
      const tag = shape.tags[0]
      pushAll(w, paramsOf(shape, tag))
      w.op('throw', [0], w.stack.length)
      break
    }
    case 1:
      w.op('rethrow', [w.newLocal(Kinds.exnref)])
      break
    case 2:
      w.op('ref.null', [Kinds.exnref], 0, [Kinds.exnref])
      w.op('throw_ref', [], 1)
      break
    case 3:
      // Itself, without end: the last function.
      w.op('call', [shape.functions.length - 1])
      w.op('return')
      break
    case 4:
      w.i32(r.below(200))
      w.op('sys', [exit], 1)
      w.op('return')
      break
    default:
      w.op('unreachable')
  }
  return w.take()
}
