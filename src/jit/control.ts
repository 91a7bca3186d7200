// Emits a body's nodes in structured order: blocks, loops, branches, and what their edges do.
import { opcode } from '../isa/table.ts'
import { type Kind, wordsOf } from '../isa/types.ts'
import { Flow, flowByCode } from '../isa/verify/verify-flow.ts'
import { type Body, NO_NODE } from './body.ts'
import { FRAME_AT } from './context.ts'
import { ifCaught } from './exceptions.ts'
import { isLeft, wayTo } from './graph.ts'
import { HostType, hostType } from './host-types.ts'
import { load } from './memory-code.ts'
import { branchedTo } from './structure.ts'
import { emitStep, watchBefore } from './watched-step.ts'

interface Task {
  readonly do: 'node' | 'end' | 'else'
  readonly node: number
  /** Of an else: ticks that are not taken off the fuel there. */
  readonly pending?: number
}
type Schedule = (tasks: readonly Task[]) => void

const JUMP = opcode('jump')
const JUMP_UNLESS = opcode('jump_unless')
const JUMP_TABLE = opcode('jump_table')

/** Emits all nodes of a body that has begun. */
export const emitNodes = (body: Body): void => new Control(body).run()

class Control {
  private readonly body: Body
  private readonly pendingIn: Int32Array
  /** Operand kinds behind a node, by pc. */
  private readonly kindsBehind = new Map<number, Kind[]>()

  constructor(body: Body) {
    this.body = body
    this.pendingIn = this.pendingTicks()
  }

  /** Ticks not yet taken off at each node's start: of a join, those of its first predecessor. */
  private pendingTicks(): Int32Array {
    const { graph, structure } = this.body.source
    const { nodes } = graph
    const pending = new Int32Array(nodes.length).fill(-1)
    const wide = new Uint8Array(nodes.length)
    for (const node of structure.order) {
      for (const to of branchedTo(nodes[node])) if (to >= 0) wide[to] = 1
    }
    for (const node of structure.order) {
      if (pending[node] < 0) pending[node] = 0
      const behind = this.pendingBehind(node, pending[node])
      for (const to of nodes[node].successors) {
        if (to < 0 || pending[to] >= 0) continue
        const zero =
          structure.isHeader[to] === 1 || wide[to] === 1 || this.body.source.dispatcher >= 0
        pending[to] = zero || nodes[to].kind !== 'code' ? 0 : behind
      }
    }
    return pending
  }

  private pendingBehind(node: number, before: number): number {
    const { graph, def } = this.body.source
    const { kind, from, to } = graph.nodes[node]
    if (kind !== 'code') return 0
    let pending = before
    for (let pc = from; pc < to; pc++) {
      if (this.body.tests(pc, from)) pending = 0
      pending++
      const leaf = this.body.leafTicks(pc)
      if (leaf > 0) pending += leaf
      else if (flowByCode[def.code.op[pc]] === Flow.call) pending = 0
    }
    return pending
  }

  run(): void {
    const { structure, graph } = this.body.source
    const { out } = this.body
    const tasks: Task[] = [{ do: 'node', node: graph.entry }]
    const open = (node: number, loop: boolean): void => {
      out.u8(loop ? 0x03 : 0x02)
      out.u8(0x40)
      this.body.scopes.push(node)
    }
    while (tasks.length > 0) {
      const task = tasks.pop() as Task
      if (task.do !== 'node') {
        out.u8(task.do === 'end' ? 0x0b : 0x05)
        if (task.do === 'end') this.body.scopes.pop()
        else {
          this.body.pending = task.pending as number
          this.body.settlePending(this.pendingIn[task.node])
        }
        continue
      }
      const { node } = task
      const follow = (list: readonly number[]): void => {
        for (const next of list) tasks.push({ do: 'node', node: next }, { do: 'end', node: -1 })
        for (const next of list) open(next, false)
      }
      follow(structure.after[node])
      if (structure.isHeader[node] === 1) {
        open(node, true)
        tasks.push({ do: 'end', node: -1 })
      }
      follow(structure.followers[node])
      this.node(node, (next) => tasks.push(...next))
    }
  }

  private node(node: number, schedule: Schedule): void {
    const { graph, def } = this.body.source
    const { kind, from, to, successors, catches } = graph.nodes[node]
    this.body.pending = this.pendingIn[node]
    if (kind === 'dispatch') return this.dispatch(node)
    if (kind === 'pad') {
      this.load(node)
      return this.goTo(node, successors[0], schedule)
    }
    const kinds = this.kindsAt(node)
    // Nothing gets to a block behind what is left to the interpreter.
    if (kinds === null) return this.body.out.u8(0x00)
    this.body.operands.begin(kinds)
    for (let pc = from; pc < to - 1; pc++) this.step(pc, from)
    const last = to - 1
    const flow = flowByCode[def.code.op[last]]
    if (isLeft(def.code.op[last]) || (flow !== Flow.jump && flow !== Flow.branch)) {
      this.body.onThrow = catches.length === 0 ? null : () => this.catch(node, schedule)
      this.step(last, from)
      this.body.onThrow = null
      if (flow === Flow.end || successors.length === 0) return
      this.body.operands.settleAll()
      this.kindsBehind.set(to, this.body.operands.kinds())
      return this.goTo(node, successors[0], schedule)
    }
    if (this.body.tests(last, from)) this.body.test(last)
    watchBefore(this.body, last, from)
    this.terminate(node, last, schedule)
  }

  private step(pc: number, from: number): void {
    if (this.body.tests(pc, from)) this.body.test(pc)
    emitStep(this.body, pc, from)
  }

  private kindsAt(node: number): readonly Kind[] | null {
    const { graph, facts } = this.body.source
    const { from } = graph.nodes[node]
    if (facts.heights[from] === 0) return []
    return this.labelAt(from) ?? this.kindsBehind.get(from) ?? null
  }

  private labels: Map<number, readonly Kind[]> | null = null

  private labelAt(pc: number): readonly Kind[] | null {
    this.labels ??= new Map(this.body.source.def.labels.map(({ pc, stack }) => [pc, stack]))
    return this.labels.get(pc) ?? null
  }

  /** A jump, a conditional jump or a table at the end of a node. */
  private terminate(node: number, pc: number, schedule: Schedule): void {
    const { source } = this.body
    const { code } = source.def
    const at = code.at[pc]
    this.body.pending++
    if (code.op[pc] === JUMP_TABLE) return this.jumpTable(node, at)
    if (code.op[pc] === JUMP) {
      this.jump(code.imm[at], code.imm[at + 1])
      return this.goTo(node, source.graph.nodes[node].successors[0], schedule)
    }
    this.condition()
    this.kindsBehind.set(pc + 1, this.body.operands.kinds())
    this.branch(node, pc, schedule)
  }

  /** The condition on the host's stack, and the other operands in their slots. */
  private condition(): void {
    const { operands, out } = this.body
    const value = operands.peek()
    if (operands.isNamed(value)) {
      operands.pop()
      operands.settleAll()
      return operands.read(value)
    }
    operands.take(1)
    if (operands.isSettled()) return
    const t = this.body.locals.temporary(HostType.i32)
    out.op1(0x21, t)
    operands.settleAll()
    out.op1(0x20, t)
  }

  private branch(node: number, pc: number, schedule: Schedule): void {
    const { out, operands } = this.body
    const { op, at, imm } = this.body.source.def.code
    const label = imm[at[pc]]
    const keep = imm[at[pc] + 1]
    const turned = op[pc] === JUMP_UNLESS
    const [taken, next] = this.body.source.graph.nodes[node].successors
    const { pending } = this.body
    const stack = operands.copy()
    const restore = (): void => {
      operands.restore(stack)
      this.body.pending = pending
    }
    if (!this.isInline(node, taken)) {
      if (turned) out.u8(0x45)
      if (this.isPlain(taken) && !this.moves(label, keep)) out.op1(0x0d, this.depthOf(taken))
      else {
        this.body.if(() => {
          this.jump(label, keep)
          this.goTo(node, taken, schedule)
        })
      }
      restore()
      return this.goTo(node, next, schedule)
    }
    if (!this.isInline(node, next)) {
      if (!turned) out.u8(0x45)
      if (this.isPlain(next)) out.op1(0x0d, this.depthOf(next))
      else this.body.if(() => this.goTo(node, next, schedule))
      restore()
      this.jump(label, keep)
      return this.goTo(node, taken, schedule)
    }
    if (turned) out.u8(0x45)
    out.u8(0x04)
    out.u8(0x40)
    this.body.scopes.push(NO_NODE)
    this.jump(label, keep)
    this.body.settlePending(this.pendingIn[taken])
    schedule([
      { do: 'end', node: -1 },
      { do: 'node', node: next },
      { do: 'else', node: next, pending },
      { do: 'node', node: taken },
    ])
  }

  /** Is the node emitted where it is reached? */
  private isInline(node: number, to: number): boolean {
    const { structure, dispatcher } = this.body.source
    return dispatcher < 0 && to >= 0 && structure.hasLabel[to] === 0 && !this.isBack(node, to)
  }

  private isBack(node: number, to: number): boolean {
    const { position } = this.body.source.structure
    return position[to] <= position[node]
  }

  /** Is going there one branch instruction? */
  private isPlain(to: number): boolean {
    return to >= 0 && this.body.source.dispatcher < 0 && this.body.pending === this.pendingIn[to]
  }

  private depthOf(node: number): number {
    for (let at = this.body.scopes.length - 1; at >= 0; at--) {
      if (this.body.scopes[at] === node) return this.body.scopes.length - 1 - at
    }
    throw new Error(`node ${node} is not in scope`)
  }

  /** Control goes to a node (or leaves); operands stand as it expects them. */
  private goTo(node: number, to: number, schedule: Schedule): void {
    if (to < 0) return this.body.leave()
    this.body.settlePending(this.pendingIn[to])
    if (this.isInline(node, to)) return schedule([{ do: 'node', node: to }])
    if (this.body.source.dispatcher >= 0) this.body.choose(to)
    const depth = this.depthOf(this.body.source.dispatcher >= 0 ? this.body.source.dispatcher : to)
    this.body.out.op1(0x0c, depth)
  }

  /** An exception comes out of a node's last instruction: it goes to a handler, or on up. */
  private catch(node: number, schedule: Schedule): void {
    const { catches, successors } = this.body.source.graph.nodes[node]
    const first = successors.length - catches.length
    catches.forEach((handler, k) => {
      ifCaught(this.body, handler, () => this.goTo(node, successors[first + k], schedule))
    })
  }

  private dispatch(node: number): void {
    const { out, source } = this.body
    const { successors } = source.graph.nodes[node]
    if (node === source.dispatcher) {
      out.op1(0x20, this.body.chosen)
      out.u8(0x0e)
      out.uleb(successors.length - 1)
      for (const to of successors) out.uleb(this.depthOf(to))
      return
    }
    const entries = source.entries as readonly number[]
    out.op1(0x20, this.body.target)
    out.u8(0x0e)
    out.uleb(entries.length)
    // Number 0 is no entry: the loop goes on as always. The body's own dispatch never sees it.
    out.uleb(this.depthOf(successors[0]))
    for (const pc of entries) out.uleb(this.depthOf(wayTo(source.graph, node, pc)))
  }

  /** A pad: the operands that stand at its pc come from the context. */
  private load(node: number): void {
    const { facts, graph } = this.body.source
    const { from } = graph.nodes[node]
    const kinds = facts.heights[from] === 0 ? [] : (this.labelAt(from) ?? [])
    let word = 0
    for (const kind of kinds) {
      this.body.i32(0)
      load(
        this.body.out,
        hostType(kind),
        this.body.context,
        FRAME_AT + (facts.localWords + word) * 8,
      )
      this.body.out.op1(0x21, this.body.locals.slot(word, hostType(kind)))
      word += wordsOf(kind)
    }
    this.body.i32(0)
    this.body.out.op1(0x21, this.body.target)
  }

  /** Does a jump move operands? */
  private moves(label: number, keep: number): boolean {
    const { facts, def } = this.body.source
    if (def.labels[label].pc === def.code.op.length) return true
    return keep > 0 && this.body.operands.words !== facts.labelWords[label]
  }

  /** The operands as a label expects them: in its slots, or at a return as they are. */
  private jump(label: number, keep: number): void {
    const { facts, def } = this.body.source
    const { operands } = this.body
    if (def.labels[label].pc === def.code.op.length) return
    operands.settleAll()
    const down = operands.words - facts.labelWords[label]
    if (down === 0 || keep === 0) return
    const first = operands.words - keep
    for (const value of operands.values) {
      if (value.word >= first) operands.toSlot(value, value.word - down)
    }
  }

  private jumpTable(node: number, at: number): void {
    const { out, operands, source } = this.body
    const { imm } = source.def.code
    const keep = imm[at]
    const count = imm[at + 1]
    operands.take(1)
    const index = this.body.locals.temporary(HostType.i32)
    out.op1(0x21, index)
    operands.settleAll()
    this.body.settlePending(0)
    const { successors } = source.graph.nodes[node]
    const stack = operands.copy()
    // Labels that need work on the way get a block of their own, innermost first.
    const works = (k: number): boolean =>
      source.dispatcher >= 0 || this.moves(imm[at + 2 + k], keep) || successors[k] < 0
    const stubs: number[] = []
    const stubOf = new Map<number, number>()
    for (let k = 0; k <= count; k++) {
      const label = imm[at + 2 + k]
      if (works(k) && !stubOf.has(label)) stubOf.set(label, stubs.push(k) - 1)
    }
    for (let k = stubs.length; k > 0; k--) {
      out.u8(0x02)
      out.u8(0x40)
      this.body.scopes.push(NO_NODE)
    }
    out.op1(0x20, index)
    out.u8(0x0e)
    out.uleb(count)
    for (let k = 0; k <= count; k++) {
      const stub = stubOf.get(imm[at + 2 + k])
      out.uleb(works(k) && stub !== undefined ? stub : this.depthOf(successors[k]))
    }
    for (const k of stubs) {
      out.u8(0x0b)
      this.body.scopes.pop()
      operands.restore(stack)
      this.body.pending = 0
      this.jump(imm[at + 2 + k], keep)
      this.goTo(node, successors[k], () => {})
    }
  }
}
