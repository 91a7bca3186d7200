// Verifies one function in one pass over its instructions: operand kinds are known at every pc, so
// every jump, call and access is checked against them, and no engine checks any of it again.
import { assert } from '../../base/errors.ts'
import type { FunctionFacts } from '../facts.ts'
import type { FunctionDef } from '../program.ts'
import { rowByCode } from '../table.ts'
import { type Kind, Kinds, kindNames, kindOf, wordsOf } from '../types.ts'
import { isReferenceKind, isValType, kindsOfTags, V128_HIGH } from './kinds.ts'
import { resumePoints } from './resume.ts'
import { invalid, type ProgramContext } from './verify-context.ts'
import * as effects from './verify-effects.ts'
import { Flow, flowByCode, OPCODES } from './verify-flow.ts'
import { ActiveHandlers, MAX_ACTIVE_HANDLERS } from './verify-handlers.ts'
import { LabelTable, MAX_CODE_WORDS } from './verify-labels.ts'
import { ruleByCode } from './verify-rules.ts'
import { MAX_OPERAND_WORDS, namesOf, OperandStack } from './verify-stack.ts'

/** Most words of locals of one function. */
export const MAX_LOCAL_WORDS = 1 << 24
/** Most words that a jump carries along, within one tick. */
export const MAX_KEEP_WORDS = 2048

const { immWordsByCode, popTags, popWords, pushTags, pushWords } = effects
const { ADDRESS, NO_ROW, STRIDE, VARIABLE } = effects
const empty = new Uint8Array(0)
const vector = Uint8Array.of(Kinds.v128, V128_HIGH)

/** Reused from function to function, so that nothing is allocated but the facts. */
export class FunctionPass {
  readonly context: ProgramContext
  private readonly stack = new OperandStack()
  private readonly tags: Uint8Array = this.stack.tags
  private readonly handlers = new ActiveHandlers()
  imm: Int32Array = new Int32Array(0)
  localKinds: Uint8Array = empty
  /** Tags of the function's results. */
  results: Uint8Array = empty
  private def!: FunctionDef
  private name = ''
  private pc = -1
  private localAt: Uint32Array = new Uint32Array(0)
  private localWords = 0
  private maxOperandWords = 0
  private labels!: LabelTable

  constructor(context: ProgramContext) {
    this.context = context
  }

  /** Verifies the defined function `index` (imports not counted). */
  verify(index: number): FunctionFacts {
    this.enter(index)
    const { length } = this.def.code.op
    const heights = new Uint32Array(length + 1)
    this.run(0, length, 0, heights)
    heights[length] = this.results.length
    return {
      paramWords: this.context.params(this.def.type).length,
      resultWords: this.results.length,
      localWords: this.localWords,
      maxOperandWords: this.maxOperandWords,
      localAt: this.localAt,
      localKinds: this.localKinds,
      heights,
      labelWords: this.labels.words,
      resume: resumePoints(this.def),
    }
  }

  /**
   * Operand kinds before `pc` of a function that verifies: from the nearest label on, without
   * handlers.
   */
  kindsAt(index: number, pc: number): Kind[] {
    this.enter(index)
    const { length } = this.def.code.op
    assert(pc >= 0 && pc <= length, `pc ${pc} within 0 to ${length}`)
    if (pc === length) {
      this.pushTags(this.results)
      return this.stack.kinds()
    }
    this.handlers.leave()
    const { labels } = this
    const at = labels.lastUpTo(pc)
    let from = 0
    if (at >= 0) {
      const label = labels.at(at)
      from = labels.pcAt(at)
      this.stack.load(labels.node[label], labels.words[label])
    }
    this.run(from, pc, at + 1, null)
    return this.stack.kinds()
  }

  private enter(index: number): void {
    const { context, stack } = this
    this.def = context.program.functions[index]
    this.name = context.functionName(context.importedFunctions + index)
    this.pc = -1
    const { code, type, labels, handlers, source } = this.def
    if (!(type >= 0 && type < context.program.types.length)) {
      this.fail(`type ${type}`, `a type below ${context.program.types.length}`)
    }
    const { length } = code.op
    const most = Math.max(length, code.imm.length, labels.length, handlers.length)
    if (most > MAX_CODE_WORDS) this.fail('a longer function', `at most ${MAX_CODE_WORDS} words`)
    if (code.at.length !== length) this.fail(`${code.at.length} offsets`, `${length}`)
    if (source !== null && source.length !== length) {
      this.fail(`${source.length} source offsets`, `${length}`)
    }
    this.imm = code.imm
    this.results = context.results(type)
    this.enterLocals()
    stack.clear()
    const results = kindsOfTags(this.results, this.results.length)
    const fail = (found: string, expected: string): never => this.fail(found, expected)
    this.labels = new LabelTable(labels, length, results, stack.trie, fail)
    this.maxOperandWords = this.labels.mostWords
    const scope = { handlers, labels: this.labels, localKinds: this.localKinds, length }
    this.handlers.enter(scope, context, stack, this.name)
  }

  private enterLocals(): void {
    const { params } = this.context.program.types[this.def.type]
    const { locals } = this.def
    const count = params.length + locals.length
    const typeCount = this.context.program.types.length
    this.localKinds = new Uint8Array(count)
    this.localAt = new Uint32Array(count)
    let words = 0
    for (let local = 0; local < count; local++) {
      const type = local < params.length ? params[local] : locals[local - params.length]
      if (!isValType(type, typeCount)) this.fail(`type ${type} of local ${local}`, 'a value type')
      const kind = kindOf(type)
      this.localKinds[local] = kind
      this.localAt[local] = words
      words += wordsOf(kind)
    }
    if (words > MAX_LOCAL_WORDS) {
      this.fail(`${words} words of locals`, `at most ${MAX_LOCAL_WORDS}`)
    }
    this.localWords = words
  }

  /**
   * Checks the instructions from `from` to `end`, exclusive; the stack is the one before `from`,
   * and `label` the position of the next label in order of pc. Heights are written where they are
   * asked for.
   */
  private run(from: number, end: number, label: number, heights: Uint32Array | null): void {
    const { op, at, imm } = this.def.code
    const { handlers, stack, labels } = this
    let nextLabel = labels.pcAt(label)
    let cursor = from === 0 ? 0 : at[from]
    let reachable = true
    for (let pc = from; pc < end; pc++) {
      this.pc = pc
      if (pc === nextLabel) {
        label = this.arrive(pc, label, reachable)
        nextLabel = labels.pcAt(label)
      } else if (!reachable) {
        this.fail('no way to get here', 'a label after a transfer of control')
      } else if (pc === handlers.next) this.moveHandlers(pc)
      if (heights !== null) heights[pc] = stack.height
      const code = op[pc]
      let words = code < OPCODES ? immWordsByCode[code] : NO_ROW
      if (words >= VARIABLE) words = this.variableWords(words, cursor)
      if (at[pc] !== cursor || cursor + words > imm.length) {
        this.fail(`${words} immediate words at ${at[pc]}`, `at ${cursor} within ${imm.length}`)
      }
      const rule = ruleByCode[code]
      if (rule === null) this.fixed(code, 0)
      else rule(this, cursor, code)
      cursor += words
      const flow = flowByCode[code]
      reachable = flow !== Flow.jump && flow !== Flow.end
    }
    if (heights === null) return
    if (reachable) this.fail('an end that is fallen off', 'a transfer of control last')
    if (cursor !== imm.length) this.fail(`${imm.length} immediate words`, `${cursor}`)
  }

  /** Comes to the labels at pc, `position` being the first; gives the position after them. */
  private arrive(pc: number, position: number, reachable: boolean): number {
    const { labels, stack, handlers } = this
    const first = labels.at(position)
    const node = labels.node[first]
    if (!reachable) stack.load(node, labels.words[first])
    else if (stack.nodeAt(stack.height) !== node) {
      this.fail(`${stack} where label ${first} is`, `its stack ${labels.text(first)}`)
    }
    if (pc === handlers.next) this.moveHandlers(pc)
    else if (!reachable && !handlers.holds(stack)) this.failHandler('that covers this label')
    let next = position + 1
    for (; labels.pcAt(next) === pc; next++) {
      const other = labels.at(next)
      if (labels.node[other] !== node) {
        this.fail(`label ${other} with ${labels.text(other)}`, labels.text(first))
      }
    }
    return next
  }

  private moveHandlers(pc: number): void {
    const wrong = this.handlers.move(pc, this.stack)
    if (wrong >= 0) this.failHandler(`${wrong}`)
    if (this.handlers.crowded) {
      this.fail('more handlers here', `at most ${MAX_ACTIVE_HANDLERS} at one instruction`)
    }
  }
  private failHandler(which: string): never {
    this.fail(`stack ${this.stack}`, `one that begins with the base of handler ${which}`)
  }

  private variableWords(words: number, cursor: number): number {
    if (words === NO_ROW) this.fail('no such instruction', 'one of the table')
    const count = cursor + 1 < this.imm.length ? this.imm[cursor + 1] : -1
    if (count < 0) this.fail(`a table of ${count} labels`, 'a count of 0 or more')
    return count + 3
  }

  /** Applies the row's signature; `address` stands for `addr`. */
  fixed(code: number, address: number): void {
    const { tags, stack } = this
    const start = code * STRIDE
    const base = stack.height - popWords[code]
    if (base < this.handlers.floor) this.failSignature(code)
    for (let k = 0, at = base; at < stack.height; k++, at++) {
      const tag = popTags[start + k]
      if (tags[at] !== (tag === ADDRESS ? address : tag)) this.failSignature(code)
    }
    stack.cut(base)
    const pushes = pushWords[code]
    for (let k = 0; k < pushes; k++) tags[base + k] = pushTags[start + k]
    this.grow(base + pushes)
  }
  private failSignature(code: number): never {
    this.fail(this.found(), rowByCode[code]!.sig!.replace(/ ?->.*/, ''))
  }
  private found(): string {
    const { floor } = this.handlers
    return `${this.stack}` + (floor > 0 ? `, of which handlers keep ${floor} words` : '')
  }

  private grow(height: number): void {
    this.stack.height = height
    if (height <= this.maxOperandWords) return
    if (height > MAX_OPERAND_WORDS) {
      this.fail(`${height} operand words`, `at most ${MAX_OPERAND_WORDS}`)
    }
    this.maxOperandWords = height
  }
  /** Pushes a value of one word. */
  push(kind: number): void {
    const { height } = this.stack
    this.tags[height] = kind
    this.grow(height + 1)
  }
  pushKind(kind: number): void {
    this.push(kind)
    if (kind === Kinds.v128) this.push(V128_HIGH)
  }
  pushTags(tags: Uint8Array): void {
    const { height } = this.stack
    if (height + tags.length <= MAX_OPERAND_WORDS) this.tags.set(tags, height)
    this.grow(height + tags.length)
  }
  /** Pops a value of one word. */
  pop(kind: number): void {
    const base = this.stack.height - 1
    if (base < this.handlers.floor || this.tags[base] !== kind) {
      this.fail(this.found(), `${kindNames[kind]} on top`)
    }
    this.stack.cut(base)
  }
  /** Pops three values of one word, the first named being the lowest. */
  pop3(low: number, middle: number, high: number): void {
    this.pop(high)
    this.pop(middle)
    this.pop(low)
  }
  popKind(kind: number): void {
    if (kind === Kinds.v128) this.popTags(vector)
    else this.pop(kind)
  }
  popTags(expected: Uint8Array): void {
    const { tags, stack } = this
    const base = stack.height - expected.length
    let same = base >= this.handlers.floor
    for (let k = 0; same && k < expected.length; k++) same = tags[base + k] === expected[k]
    if (!same) this.fail(this.found(), `[${namesOf(expected)}] on top`)
    stack.cut(base)
  }
  /** Pops any value of one word; gives its kind. */
  popWord(): number {
    const base = this.stack.height - 1
    if (base < this.handlers.floor || this.tags[base] === V128_HIGH) {
      this.fail(this.found(), 'a value of one word on top')
    }
    this.stack.cut(base)
    return this.tags[base]
  }
  popReference(): number {
    const base = this.stack.height - 1
    if (base < this.handlers.floor || !isReferenceKind(this.tags[base])) {
      this.fail(this.found(), 'a reference on top')
    }
    this.stack.cut(base)
    return this.tags[base]
  }

  /** Checks a jump from the present stack. */
  jump(label: number, keep: number): void {
    const { stack, tags, labels, handlers } = this
    if (label < 0 || label >= labels.node.length) {
      this.fail(`label ${label}`, `a label below ${labels.node.length}`)
    }
    const { height, trie } = stack
    const words = labels.words[label]
    if (keep < 0 || keep > words || keep > MAX_KEEP_WORDS || words > height) {
      this.failJump(label, keep)
    }
    let node = labels.node[label]
    const base = words - keep
    if (trie.seen[node] !== this.pc) {
      trie.seen[node] = this.pc
      for (let at = height - 1; at >= height - keep; at--) {
        if (tags[at] !== trie.tag[node]) this.failJump(label, keep)
        node = trie.parent[node]
      }
      if (keep > 0 && tags[height - keep] === V128_HIGH) this.failJump(label, keep)
      if (stack.nodeAt(base) !== node) this.failJump(label, keep)
    }
    if (height === words || base >= handlers.floor) return
    if (base < handlers.floorWith(labels.labels[label].pc)) {
      this.failHandler('that covers this instruction and the label, unmoved')
    }
  }
  /** Checks a jump to each of `count` labels, from immediate `at` on. */
  jumpTable(keep: number, at: number, count: number): void {
    for (let k = 0; k < count; k++) this.jump(this.imm[at + k], keep)
  }
  private failJump(label: number, keep: number): never {
    this.fail(`${this.stack}, ${keep} words kept`, `label ${label} with ${this.labels.text(label)}`)
  }

  fail(found: string, expected: string): never {
    const { pc, name } = this
    if (pc < 0) invalid(name, found, expected)
    const row = rowByCode[this.def.code.op[pc]]
    invalid(`${name}, instruction ${pc}: ${row?.name ?? 'unknown'}`, found, expected)
  }
}
