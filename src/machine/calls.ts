// Calls, returns, branches and exceptions: how control moves between frames. Shared by every
// engine.
import { VacError } from '../base/errors.ts'
import { type FunctionFacts, frameWords } from '../isa/facts.ts'
import { raise, type TrapCode, TrapSignal } from '../isa/traps.ts'
import type { Machine, Place } from './machine.ts'
import type { FunctionInstance } from './store.ts'
import { WALL } from './wall-instance.ts'

/**
 * Calls a function whose arguments are on top of the stack. A function of the wall runs within this
 * tick.
 */
export function enter(m: Machine, fn: FunctionInstance): void {
  if (fn.host === null) m.push(fn)
  else callWall(m, fn)
}

/** True where the call is over and its results are on the stack. */
function callWall(m: Machine, fn: FunctionInstance): boolean {
  const base = m.sp - fn.paramWords
  m.reserve(base + Math.max(fn.paramWords, fn.resultWords))
  const caller = m.depth === 0 ? WALL : m.frameFunction[m.depth - 1].instance
  const outcome = fn.host?.call({ machine: m, caller, base })
  switch (outcome) {
    case 'done':
      m.sp = base + fn.resultWords
      return true
    case 'again':
      if (m.depth === 0) return callWall(m, fn)
      repeat(m)
      return false
    case 'wait':
      // Called from outside: there is no instruction that could be repeated once input comes.
      if (m.depth === 0) raise('bad system call arguments')
      repeat(m)
      m.ticks--
      m.status = 'waiting'
      return false
    default:
      m.status = 'exited'
      m.clearStack()
      return false
  }
}

/**
 * The call stays, to be executed again: with its arguments as they are now and, where it has one,
 * the index or reference above them.
 */
function repeat(m: Machine): void {
  standBefore(m, m.framePc[m.depth - 1] - 1)
}

/** The top frame stands before an instruction again, whose operands are still in place. */
export function standBefore(m: Machine, pc: number): void {
  const at = m.depth - 1
  const { localWords, heights } = m.factsOf(m.frameFunction[at])
  m.framePc[at] = pc
  m.sp = m.frameBase[at] + localWords + heights[pc]
}

/** Calls in place of the top frame: its arguments move to where the frame began. */
export function enterTail(m: Machine, fn: FunctionInstance): void {
  const at = m.depth - 1
  const base = m.frameBase[at]
  const from = m.sp - fn.paramWords
  if (fn.host !== null) {
    // A wall function opens no frame: it is called from this one, which then returns its results.
    if (callWall(m, fn)) leave(m)
    return
  }
  // A trap's chain begins with this frame, so it is still there when the other does not fit.
  m.requireRoom(fn, frameWords(m.frameFunction[at].facts as FunctionFacts))
  m.words.I32.copyWithin(base * 2, from * 2, m.sp * 2)
  m.pop()
  m.sp = base + fn.paramWords
  m.push(fn)
}

/** Returns from the top frame: the results on top of the stack move to where the frame began. */
export function leave(m: Machine): void {
  const fn = m.frameFunction[m.depth - 1]
  const base = m.frameBase[m.depth - 1]
  const { resultWords } = fn
  const from = m.sp - resultWords
  if (from !== base) m.words.I32.copyWithin(base * 2, from * 2, m.sp * 2)
  m.sp = base + resultWords
  m.pop()
  if (m.depth === 0) m.status = 'idle'
}

/**
 * Goes to a label of the top frame with the top `keep` words; a label at the code's end returns.
 */
export function jump(m: Machine, label: number, keep: number): void {
  const at = m.depth - 1
  const fn = m.frameFunction[at]
  const facts = fn.facts as FunctionFacts
  const to = m.frameBase[at] + facts.localWords + facts.labelWords[label]
  const from = m.sp
  if (to !== from && keep > 0) {
    m.words.I32.copyWithin((to - keep) * 2, (from - keep) * 2, from * 2)
  }
  m.sp = to
  goTo(m, at, fn, label)
}

function goTo(m: Machine, at: number, fn: FunctionInstance, label: number): void {
  const { labels, code } = fn.def as NonNullable<typeof fn.def>
  const { pc } = labels[label]
  if (pc === code.op.length) leave(m)
  else m.framePc[at] = pc
}

/**
 * Throws exception number `id` (its exnref less 1) from the instruction at `pc` of the top frame.
 */
export function throwException(m: Machine, id: number, pc: number): void {
  m.framePc[m.depth - 1] = pc + 1
  unwind(m, id, m.chain(pc))
}

/**
 * An exception comes to the top frame, which stands behind the instruction that it left by. `chain`
 * is where it was thrown.
 */
export function unwind(m: Machine, id: number, chain: readonly Place[]): void {
  const exception = m.store.exceptions[id]
  while (m.depth > 0) {
    const at = m.depth - 1
    const here = m.framePc[at] - 1
    const fn = m.frameFunction[at]
    const { tags } = m.store.instances[fn.instance]
    for (const handler of fn.def?.handlers ?? []) {
      if (here < handler.from || here >= handler.to) continue
      if (handler.tag >= 0 && tags[handler.tag] !== exception.tag) continue
      const facts = fn.facts as FunctionFacts
      const locals = m.frameBase[at]
      const top = locals + facts.localWords + facts.labelWords[handler.label]
      let to = top
      if (handler.ref) m.words.I64[--to] = BigInt(id + 1)
      if (handler.tag >= 0) m.words.I64.set(exception.words, to - exception.words.length)
      if (handler.refLocal >= 0) {
        m.words.I64[locals + facts.localAt[handler.refLocal]] = BigInt(id + 1)
      }
      m.sp = top
      goTo(m, at, fn, handler.label)
      return
    }
    m.pop()
    m.sp = m.frameBase[m.depth]
  }
  m.fault('uncaught exception', chain)
}

/** The function behind a reference word, or null. */
export function functionOf(m: Machine, low: number, high: number): FunctionInstance | null {
  return high === 0 ? null : m.store.instances[high - 1].functions[low]
}

export function checkType(m: Machine, fn: FunctionInstance, typeId: number): void {
  if (fn.typeId !== typeId && !m.types.isSubtype(fn.typeId, typeId)) {
    raise('indirect call type mismatch')
  }
}

/** Turns a raised trap into the machine's trap state; anything else is a defect and goes on up. */
export function settle(m: Machine, signal: unknown, pc: number): void {
  if (!(signal instanceof TrapSignal)) throw signal
  m.fault(signal.trap as TrapCode, m.chain(pc))
}

/**
 * Calls a function of an instance from outside: recorded as an input. Once the machine is idle
 * again the results are the words below sp (see takeResults).
 */
export function invoke(m: Machine, fn: FunctionInstance, args: readonly bigint[]): void {
  if (m.status !== 'idle') {
    throw new VacError('CALL_ARGUMENTS', {
      found: `a machine that is ${m.status}`,
      expected: 'an idle one',
    })
  }
  if (args.length !== fn.paramWords) {
    throw new VacError('CALL_ARGUMENTS', {
      found: `${args.length} words`,
      expected: `${fn.paramWords}`,
    })
  }
  m.inputs.push({
    tick: m.ticks,
    kind: 'invoke',
    instance: fn.instance,
    function: fn.index,
    words: args,
  })
  m.sp = 0
  m.reserve(args.length + fn.resultWords)
  for (let i = 0; i < args.length; i++) m.words.I64[i] = args[i]
  m.sp = args.length
  try {
    enter(m, fn)
    if (m.depth > 0) m.status = 'running'
  } catch (signal) {
    settle(m, signal, 0)
  }
}

/** The result words of the last invocation, low word first. */
export function takeResults(m: Machine): bigint[] {
  const results = Array.from(m.words.U64.subarray(0, m.sp))
  m.sp = 0
  return results
}
