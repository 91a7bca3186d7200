// A function's lines: locals, instructions, labels, marks and handlers, between its head and `end`.

import { CodeBuilder } from '../code-builder.ts'
import type { FunctionDef, Handler } from '../program.ts'
import type { Kind, ValType } from '../types.ts'
import { type CodeScope, readInstruction } from './assemble-code.ts'
import { Cursor, describe } from './assemble-cursor.ts'
import { IndexSpace, readNumber, takeName } from './assemble-symbols.ts'
import { readParam, readStack } from './assemble-types.ts'

export interface FunctionHead {
  readonly type: number
  /** Holds the parameters already. */
  readonly locals: IndexSpace
  /** The lines between the head and `end`, and the number of the first. */
  readonly lines: readonly string[]
  readonly firstLine: number
}

interface MutableLabel {
  pc: number
  stack: readonly Kind[]
}

export function assembleFunction(
  head: FunctionHead,
  outer: Omit<CodeScope, 'labels'>,
): FunctionDef {
  return new FunctionReader(head, outer).read()
}

class FunctionReader {
  private readonly head: FunctionHead
  private readonly scope: CodeScope
  private readonly labels: MutableLabel[]
  private readonly marks: Map<string, number> = new Map()
  private readonly locals: ValType[] = []
  private readonly code = new CodeBuilder()
  private readonly source: number[] = []
  private hasSource = false

  constructor(head: FunctionHead, outer: Omit<CodeScope, 'labels'>) {
    this.head = head
    const labels = findLabels(head)
    this.scope = { ...outer, labels }
    this.labels = Array.from({ length: labels.count }, () => ({ pc: 0, stack: [] }))
  }

  read(): FunctionDef {
    const handlers: Cursor[] = []
    for (const [i, line] of this.head.lines.entries()) {
      const c = new Cursor(line, this.head.firstLine + i)
      if (c.atEnd) continue
      if (c.takes('handle')) handlers.push(c)
      else if (c.takes('local')) this.readLocals(c)
      else if (!this.readPlace(new Cursor(line, this.head.firstLine + i))) this.readCode(c)
    }
    const { length } = this.code
    return {
      type: this.head.type,
      locals: this.locals,
      code: this.code.take(),
      labels: this.labels,
      handlers: handlers.map((c) => this.readHandler(c)),
      source: this.hasSource && length > 0 ? Uint32Array.from(this.source) : null,
    }
  }

  private readLocals(c: Cursor): void {
    const { locals } = this.head
    do {
      const type = readParam(c, this.scope.types.space, (name) =>
        locals.name(c, name, locals.count),
      )
      this.locals.push(type)
      locals.count++
    } while (c.takes(','))
    c.finish()
  }

  /**
   * `done: [i32]`, `done: [i32] at 7` for a place that is not here, or `done:`, a mark that
   * handlers name.
   */
  private readPlace(c: Cursor): boolean {
    const name = takeName(c)
    if (name === null || !c.takes(':')) return false
    let pc = this.code.length
    const text = c.textOf(name)
    const index = this.scope.labels.byName.get(text)
    if (c.atEnd) {
      if (index !== undefined || this.marks.has(text)) {
        c.failAt(name.at, `${describe(name)} twice`, 'another name for the mark')
      }
      this.marks.set(text, pc)
      return true
    }
    const stack = readStack(c)
    if (c.takes('at')) pc = readNumber(c, 'a program counter')
    c.finish()
    if (index !== undefined) this.labels[index] = { pc, stack }
    return true
  }

  private readCode(c: Cursor): void {
    const last = this.source.at(-1) ?? 0
    readInstruction(c, this.scope, this.code)
    if (c.takes('@')) {
      this.hasSource = true
      this.source.push(readNumber(c, 'a source offset', 0xffffffff))
    } else this.source.push(last)
    c.finish()
  }

  /** `from..to [tag T] [ref] [local X] -> label`; read last, for it names places further down. */
  private readHandler(c: Cursor): Handler {
    const from = this.readPc(c)
    c.expect('..')
    const to = this.readPc(c)
    const tag = c.takes('tag') ? this.scope.symbols.tag.use(c) : -1
    const ref = c.takes('ref')
    const refLocal = c.takes('local') ? this.head.locals.use(c) : -1
    c.expect('->')
    const label = this.scope.labels.use(c)
    c.finish()
    return { from, to, tag, ref, refLocal, label }
  }

  private readPc(c: Cursor): number {
    const token = c.peek()
    if (token.kind === 'word' && /^\d/.test(token.text)) return readNumber(c, 'a program counter')
    if (token.kind !== 'word' && token.kind !== 'string') c.fail('a label or mark')
    const pc = this.marks.get(c.textOf(token))
    if (pc === undefined) return this.labels[this.scope.labels.use(c)].pc
    c.next()
    return pc
  }
}

/**
 * The labels of a function, for they are used before they are met. They count in order of
 * appearance; where they are called L0, L1, L2 ..., each once, the name is the number.
 */
function findLabels(head: FunctionHead): IndexSpace {
  const labels = new IndexSpace('label')
  for (const [i, line] of head.lines.entries()) {
    if (!line.includes(':')) continue
    const c = new Cursor(line, head.firstLine + i)
    const name = takeName(c)
    if (name === null) continue
    if (c.takes(':') && !c.atEnd) labels.add(c, name)
  }
  const numbered = [...labels.byName.keys()].every(
    (name) => /^L(0|[1-9]\d{0,9})$/.test(name) && Number(name.slice(1)) < labels.count,
  )
  if (!numbered) return labels
  for (const name of labels.byName.keys()) labels.byName.set(name, Number(name.slice(1)))
  return labels
}
