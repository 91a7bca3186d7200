// Exception handlers during the linear pass: the part of the operand stack that each one relies on
// (its base).
//
// The base is the label's stack less what the handler pushes. Wherever a handler is active its
// base is a prefix of the operand stack, so the bases of all active handlers are prefixes of one
// another, and it is enough to guard the longest: `floor` words, which no instruction in the range
// may pop.
import type { Handler } from '../program.ts'
import { Kinds } from '../types.ts'
import { invalid, type ProgramContext } from './verify-context.ts'
import { type LabelTable, MAX_CODE_WORDS } from './verify-labels.ts'
import type { OperandStack } from './verify-stack.ts'

/** Most handlers that cover one instruction: a throw looks through them within one tick. */
export const MAX_ACTIVE_HANDLERS = 4096

export interface HandlerScope {
  readonly handlers: readonly Handler[]
  readonly labels: LabelTable
  readonly localKinds: Uint8Array
  /** Instructions of the function. */
  readonly length: number
}

export class ActiveHandlers {
  /** Lowest words that are not to be popped now, and their node. */
  floor = 0
  floorNode = 0
  /** The next pc at which a handler starts or ends. */
  next = Infinity
  private handlers: readonly Handler[] = []
  private base: Uint32Array = new Uint32Array(0)
  private baseNode: Int32Array = new Int32Array(0)
  /** from x 2^26 + number, ascending. */
  private order: Float64Array = new Float64Array(0)
  private started = 0
  private active: number[] = []

  /** Checks the handlers themselves; `name` is the function's, for messages. */
  enter(scope: HandlerScope, context: ProgramContext, stack: OperandStack, name: string): void {
    const { handlers } = scope
    this.handlers = handlers
    this.base = new Uint32Array(handlers.length)
    this.baseNode = new Int32Array(handlers.length)
    this.order = new Float64Array(handlers.length)
    this.started = 0
    this.active = []
    this.floor = 0
    this.floorNode = 0
    for (let h = 0; h < handlers.length; h++) {
      this.check(h, scope, context, stack, `${name}, handler ${h}`)
      this.order[h] = handlers[h].from * MAX_CODE_WORDS + h
    }
    this.order.sort()
    this.next = this.upcoming()
  }

  /** No handler is active any more. */
  leave(): void {
    this.started = this.order.length
    this.active = []
    this.floor = 0
    this.floorNode = 0
    this.next = Infinity
  }

  private check(
    number: number,
    scope: HandlerScope,
    context: ProgramContext,
    stack: OperandStack,
    where: string,
  ): void {
    const { from, to, tag, ref, refLocal, label } = this.handlers[number]
    const whole = Number.isInteger(from) && Number.isInteger(to)
    if (!whole || from < 0 || from >= to || to > scope.length) {
      invalid(where, `range ${from} to ${to}`, `a range within 0 to ${scope.length}`)
    }
    if (!(label >= 0 && label < scope.labels.node.length)) {
      invalid(where, `label ${label}`, `a label below ${scope.labels.node.length}`)
    }
    if (refLocal !== -1 && scope.localKinds[refLocal] !== Kinds.exnref) {
      invalid(where, `local ${refLocal} for the exception`, 'an exnref local, or -1')
    }
    if (tag !== -1 && !(tag >= 0 && tag < context.tagTypes.length)) {
      invalid(where, `tag ${tag}`, `-1 or a tag below ${context.tagTypes.length}`)
    }
    const { trie } = stack
    let node = scope.labels.node[label]
    let words = scope.labels.words[label]
    const take = (expected: number): void => {
      if (words === 0 || trie.tag[node] !== expected) {
        invalid(where, `label ${label}`, 'a stack that ends with what the handler pushes')
      }
      node = trie.parent[node]
      words--
    }
    if (ref) take(Kinds.exnref)
    const pushed = tag === -1 ? new Uint8Array(0) : context.params(context.tagTypes[tag])
    for (let at = pushed.length - 1; at >= 0; at--) take(pushed[at])
    this.base[number] = words
    this.baseNode[number] = node
  }

  /**
   * Ends and starts handlers at pc, where the stack may be a label's. Gives the number of a
   * handler that covers pc and whose base the stack does not begin with, or -1.
   */
  move(pc: number, stack: OperandStack): number {
    const { handlers, order, active } = this
    this.floor = 0
    this.floorNode = 0
    let deepest = -1
    let kept = 0
    for (const h of active) {
      if (handlers[h].to <= pc) continue
      active[kept++] = h
      if (this.raiseFloor(h)) deepest = h
    }
    active.length = kept
    if (deepest >= 0 && !this.holds(stack)) return deepest
    for (; this.started < order.length; this.started++) {
      const h = order[this.started] % MAX_CODE_WORDS
      if (handlers[h].from !== pc) break
      const height = this.base[h]
      if (height > stack.height || stack.nodeAt(height) !== this.baseNode[h]) return h
      active.push(h)
      this.raiseFloor(h)
    }
    this.next = this.upcoming()
    return -1
  }
  /** Does the stack begin with the longest base? */
  holds(stack: OperandStack): boolean {
    return this.floor <= stack.height && stack.nodeAt(this.floor) === this.floorNode
  }
  private raiseFloor(handler: number): boolean {
    if (this.base[handler] <= this.floor) return false
    this.floor = this.base[handler]
    this.floorNode = this.baseNode[handler]
    return true
  }
  get crowded(): boolean {
    return this.active.length > MAX_ACTIVE_HANDLERS
  }

  private upcoming(): number {
    let next = Infinity
    if (this.started < this.order.length) {
      next = Math.floor(this.order[this.started] / MAX_CODE_WORDS)
    }
    for (const h of this.active) if (this.handlers[h].to < next) next = this.handlers[h].to
    return next
  }

  /**
   * Lowest words that a jump from here to `pc` must leave in place: those of handlers that cover
   * both.
   */
  floorWith(pc: number): number {
    let floor = 0
    for (const h of this.active) {
      const { from, to } = this.handlers[h]
      if (from <= pc && pc < to && this.base[h] > floor) floor = this.base[h]
    }
    return floor
  }
}
