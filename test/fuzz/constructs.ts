// Structured control over unstructured jumps: blocks, loops that end, choices, handlers, calls,
// throws.
import type { Row } from '../../src/isa/row.ts'
import { table } from '../../src/isa/table.ts'
import { type Kind, Kinds, wordsOfAll } from '../../src/isa/types.ts'
import { call, pushArguments } from './calls.ts'
import { castType, type Emit, emitRow, special } from './instructions.ts'
import { push, pushAll, pushBelow, pushMissing } from './operands.ts'
import { paramsOf, sameKinds } from './shape.ts'
import { allKinds, type Target, type Writer } from './writer.ts'

const { i32, funcref, externref, exnref, anyref } = Kinds
const MOST_NESTING = 4
const LONGEST_CODE = 900

const someKinds = (w: Writer, most: number): Kind[] =>
  Array.from({ length: w.r.below(most + 1) }, () => w.r.pick(allKinds))

/** Runs `emit` with everything on the stack out of its reach. */
function guardedBody(w: Writer, emit: () => void): void {
  const { floor } = w
  w.floor = w.stack.length
  w.nesting++
  emit()
  w.nesting--
  w.floor = floor
}

/**
 * Code between here and the target's label, in its scope; leaves the target's extra values on top.
 */
function bodyTo(w: Writer, target: Target, statements: number): void {
  guardedBody(w, () => {
    w.targets.push(target)
    writeStatements(w, statements)
    w.targets.pop()
    pushMissing(w, target.extra)
  })
}

function pushCondition(w: Writer): void {
  const { r, counters } = { r: w.r, counters: w.counters }
  if (counters.length > 0 && r.chance(0.5)) {
    w.get(r.pick(counters))
    w.i32(r.pick([1, 3, 7]))
    w.op('i32.and', [], 2, [i32])
    w.i32(r.below(3))
    w.op(r.pick(['i32.eq', 'i32.ne', 'i32.lt_u', 'i32.gt_s']), [], 2, [i32])
  } else push(w, i32)
}

const branch = (w: Writer): string => w.r.pick(['jump_if', 'jump_unless'])

function block(w: Writer): boolean {
  const end = w.label(w.stack.length, someKinds(w, 3))
  bodyTo(w, end, w.r.range(1, 5))
  w.settle(end)
  return true
}

function choice(w: Writer): boolean {
  pushCondition(w)
  w.popped(1)
  const other = w.label(w.stack.length, [])
  const end = w.label(w.stack.length, someKinds(w, 2))
  w.op(branch(w), [other.label, 0])
  bodyTo(w, end, w.r.range(1, 4))
  w.op('jump', [end.label, w.keep(end)])
  w.place(other)
  bodyTo(w, end, w.r.range(0, 3))
  w.settle(end)
  return true
}

/**
 * A loop of a few passes; its label carries values. Jumps to its head from inside count as passes.
 */
function loop(w: Writer): boolean {
  const { r } = w
  const counter = w.newLocal(i32, true)
  w.i32(r.pick([1, 2, 3, 5, 9, 17]))
  w.set(counter)
  const carried = someKinds(w, 2)
  const base = w.stack.length
  const head = w.label(base, carried)
  const exit = w.label(base, carried)
  pushAll(w, carried)
  w.settle(head)
  w.get(counter)
  w.i32(1)
  w.op('i32.sub', [], 2, [i32])
  w.op('local.tee', [counter])
  w.i32(0)
  w.op('i32.lt_s', [], 2, [i32])
  w.op('jump_if', [exit.label, w.keep(exit)], 1)
  const { floor } = w
  w.floor = base
  w.nesting++
  w.targets.push(head, exit)
  writeStatements(w, r.range(2, 7))
  w.targets.length -= 2
  pushMissing(w, carried)
  if (r.chance(0.5)) w.op('jump', [head.label, w.keep(head)])
  else {
    pushCondition(w)
    w.op(branch(w), [head.label, w.keep(head)], 1)
    w.op('jump', [r.chance(0.5) ? head.label : exit.label, w.keep(head)])
  }
  w.nesting--
  w.floor = floor
  w.place(exit)
  return true
}

function choiceOfMany(w: Writer): boolean {
  const { r } = w
  const extra = someKinds(w, 2)
  const base = w.stack.length
  const cases = Array.from({ length: r.range(1, 5) }, () => w.label(base, extra))
  const outer = w.targets.filter((target) => sameKinds(target.extra, extra))
  pushAll(w, extra)
  if (r.chance(0.7)) pushBelow(w, i32, cases.length + 1)
  else push(w, i32)
  const labels = [...cases, ...cases.filter(() => r.chance(0.3))]
  if (outer.length > 0) labels.push(r.pick(outer))
  labels.push(r.pick(cases))
  const keep = wordsOfAll(extra)
  w.op('jump_table', [keep, labels.length - 1, ...labels.map(({ label }) => label)], 1)
  const end = w.label(base, someKinds(w, 2))
  for (const one of cases) {
    w.place(one)
    const { floor } = w
    w.floor = base
    w.nesting++
    writeStatements(w, r.range(0, 2))
    pushMissing(w, end.extra)
    w.nesting--
    w.floor = floor
    w.op('jump', [end.label, w.keep(end)])
  }
  w.place(end)
  return true
}

/** A jump to any target in scope where a condition holds. */
function jumpOut(w: Writer, name: string): boolean {
  if (w.targets.length === 0) return false
  const target = w.r.pick(w.targets)
  pushMissing(w, target.extra)
  pushCondition(w)
  w.op(name, [target.label, w.keep(target)], 1)
  return true
}

function onNull(w: Writer): boolean {
  const { r } = w
  const end = w.label(w.stack.length, someKinds(w, 2))
  guardedBody(w, () => {
    pushAll(w, end.extra)
    push(w, r.pick([funcref, externref, exnref, anyref] as const))
    w.op('jump_on_null', [end.label, w.keep(end)])
    w.dropTop()
  })
  w.place(end)
  return true
}

/** jump_on_non_null, jump_on_cast, jump_on_cast_fail: the reference is kept. */
function onReference(w: Writer, name: string): boolean {
  const { r } = w
  const kind = r.pick([funcref, externref, exnref, anyref] as const)
  const end = w.label(w.stack.length, [...someKinds(w, 1), kind])
  guardedBody(w, () => {
    pushAll(w, end.extra)
    const type = name === 'jump_on_non_null' ? [] : [castType(w, kind)]
    w.op(name, [end.label, w.keep(end), ...type])
    if (name === 'jump_on_non_null') {
      w.popped(1)
      w.op('ref.null', [kind], 0, [kind])
    } else {
      w.set(w.temporary(kind))
      w.op('ref.null', [kind], 0, [kind])
    }
  })
  w.place(end)
  return true
}

/** What never comes back, behind a condition. */
function unlessEnds(w: Writer, emit: Emit): boolean {
  pushCondition(w)
  w.popped(1)
  const skip = w.label(w.stack.length, [])
  w.op(branch(w), [skip.label, 0])
  let done = false
  guardedBody(w, () => {
    done = emit(w)
    if (!done) w.op('jump', [skip.label, 0])
  })
  w.place(skip)
  return done
}

function throwNew(w: Writer): boolean {
  const { tags } = w.shape
  if (tags.length === 0) return false
  const tag = w.r.below(tags.length)
  const count = pushArguments(w, tags[tag])
  w.op('throw', [tag], count)
  return true
}

/** The exception in a local, thrown again unless there is none. */
function throwAgain(w: Writer, name: string): boolean {
  if (w.shape.tags.length === 0) return false
  const local = w.temporary(exnref)
  if (!w.reckless) {
    const skip = w.label(w.stack.length, [])
    w.get(local)
    w.op('ref.is_null', [], 1, [i32])
    w.op('jump_unless', [skip.label, 0], 1)
    throwNew(w)
    w.place(skip)
  }
  if (name === 'rethrow') w.op('rethrow', [local])
  else {
    w.get(local)
    w.op('throw_ref', [], 1)
  }
  return true
}

function attempt(w: Writer): boolean {
  const { r, shape } = w
  const base = w.stack.length
  const end = w.label(base, someKinds(w, 2))
  const catches = Array.from({ length: r.range(1, 3) }, () => {
    const tag = shape.tags.length === 0 || r.chance(0.25) ? -1 : r.below(shape.tags.length)
    const ref = r.chance(0.4)
    const given = tag < 0 ? [] : paramsOf(shape, shape.tags[tag])
    const label = w.label(base, ref ? [...given, exnref] : given)
    return { tag, ref, refLocal: r.chance(0.4) ? w.temporary(exnref) : -1, label }
  })
  const from = w.code.length
  bodyTo(w, end, r.range(2, 6))
  w.op('jump', [end.label, w.keep(end)])
  const to = w.code.length
  for (const { tag, ref, refLocal, label } of catches) {
    w.handlers.push({ from, to, tag, ref, refLocal, label: label.label })
  }
  for (const { label, ref } of catches) {
    w.place(label)
    const { floor } = w
    w.floor = base
    w.nesting++
    if (ref && r.chance(0.7)) w.set(w.temporary(exnref))
    writeStatements(w, r.range(0, 2))
    pushMissing(w, end.extra)
    w.nesting--
    w.floor = floor
    w.op('jump', [end.label, w.keep(end)])
  }
  w.place(end)
  return true
}

const returns: Emit = (w) => {
  pushMissing(w, w.results)
  w.op('return')
  return true
}

/** How rows of control appear; `unreachable` and other ends stand behind conditions or hazards. */
const control: ReadonlyMap<string, Emit> = new Map<string, Emit>([
  ['jump', (w) => unlessEnds(w, jumpAway)],
  ['jump_if', (w) => jumpOut(w, 'jump_if') || choice(w)],
  ['jump_unless', (w) => jumpOut(w, 'jump_unless') || choice(w)],
  ['jump_table', choiceOfMany],
  ['jump_on_null', onNull],
  ['jump_on_non_null', (w) => onReference(w, 'jump_on_non_null')],
  ['jump_on_cast', (w) => onReference(w, 'jump_on_cast')],
  ['jump_on_cast_fail', (w) => onReference(w, 'jump_on_cast_fail')],
  ['unreachable', (w) => hazard(w, 'unreachable')],
  ['return', (w) => unlessEnds(w, returns)],
  ['throw', (w) => unlessEnds(w, throwNew)],
  ['rethrow', (w) => unlessEnds(w, (one) => throwAgain(one, 'rethrow'))],
  ['throw_ref', (w) => unlessEnds(w, (one) => throwAgain(one, 'throw_ref'))],
  ['call', (w) => call(w, 'call')],
  ['call_indirect', (w) => call(w, 'call_indirect')],
  ['call_ref', (w) => call(w, 'call_ref')],
  ['return_call', (w) => unlessEnds(w, (one) => call(one, 'return_call'))],
  ['return_call_indirect', (w) => unlessEnds(w, (one) => call(one, 'return_call_indirect'))],
  ['return_call_ref', (w) => unlessEnds(w, (one) => call(one, 'return_call_ref'))],
])

function jumpAway(w: Writer): boolean {
  if (w.targets.length === 0) return false
  const target = w.r.pick(w.targets)
  pushMissing(w, target.extra)
  w.op('jump', [target.label, w.keep(target)])
  return true
}

/**
 * Something that may trap, in the last pass of the outermost loop only; as many as the world
 * allows.
 */
function hazard(w: Writer, ends: 'unreachable' | null): boolean {
  const { r } = w
  if (w.hazards.left <= 0 || w.reckless) return false
  w.hazards.left--
  w.op('global.get', [w.shape.pass], 0, [i32])
  w.i32(1)
  w.op('i32.le_s', [], 2, [i32])
  w.popped(1)
  const skip = w.label(w.stack.length, [])
  w.op('jump_unless', [skip.label, 0])
  if (ends !== null) {
    w.op(ends)
    w.place(skip)
    return true
  }
  guardedBody(w, () => {
    w.reckless = true
    if (r.chance(0.3)) call(w, r.pick(['call_indirect', 'call_ref']))
    else emitRow(w, r.pick(dangerous))
    w.reckless = false
    w.op('nop')
    w.settle(skip)
  })
  return true
}

const dangerous = table.filter((row) => row.traps.length > 0 && !control.has(row.name))
const plainRows = table.filter((row) => !control.has(row.name))
const scalarRows = plainRows.filter((row) => row.lanes === undefined && row.access === undefined)
const vectorRows = plainRows.filter((row) => row.lanes !== undefined)
const accessRows = plainRows.filter((row) => row.access !== undefined)
const specialRows = plainRows.filter((row) => special.has(row.name))
const controlNames = [...control.keys()]

/** Writes the row with what it needs around it. */
export function writeRow(w: Writer, row: Row): boolean {
  const emit = control.get(row.name)
  if (emit === undefined) return emitRow(w, row)
  return w.nesting <= MOST_NESTING && emit(w)
}

const structures: readonly Emit[] = [block, choice, loop, loop, choiceOfMany, attempt]
const steps: readonly ((w: Writer) => unknown)[] = [
  (w) => writeRow(w, table[w.r.pick(w.focus)]),
  (w) => emitRow(w, w.r.pick(scalarRows)),
  (w) => emitRow(w, w.r.pick(vectorRows)),
  (w) => emitRow(w, w.r.pick(accessRows)),
  (w) => emitRow(w, w.r.pick(specialRows)),
  (w) => w.nesting < MOST_NESTING && w.r.pick(structures)(w),
  (w) => w.nesting <= MOST_NESTING && control.get(w.r.pick(controlNames))?.(w),
  (w) => w.free > 0 && keepTop(w),
  (w) => hazard(w, null),
]
const stepWeights = [35, 12, 8, 8, 10, 9, 8, 8, 2]

function keepTop(w: Writer): void {
  w.set(w.temporary(w.top()))
}

export function writeStatements(w: Writer, count: number): void {
  for (let i = 0; i < count; i++) {
    if (w.code.length > LONGEST_CODE) return
    steps[w.r.weighted(stepWeights)](w)
    while (w.free > 14) {
      if (w.r.chance(0.5)) keepTop(w)
      else w.dropTop()
    }
  }
}

/** Ends the function: its results, by one of the ways to return. */
export function writeEnd(w: Writer): void {
  const way = w.r.below(6)
  if (way === 0 && call(w, 'return_call')) return
  if (way === 1) {
    const end = w.label(0, w.results)
    pushMissing(w, w.results)
    w.op('jump', [end.label, w.keep(end)])
    w.place(end)
    return
  }
  pushMissing(w, w.results)
  w.op('return')
}
