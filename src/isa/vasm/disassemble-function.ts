// A function's lines, the inverse of isa/vasm/assemble-function.ts.

import type { FunctionDef, Handler, Label } from '../program.ts'
import { kindNames } from '../types.ts'
import { instructionText, type Naming } from './disassemble-code.ts'
import { nameText, valTypeText } from './disassemble-text.ts'

const LOCALS_A_LINE = 12

/**
 * The lines between the head and `end`. Labels are called L0, L1 ... by their index, marks M0, M1
 * ...
 */
export function functionLines(
  def: FunctionDef,
  paramCount: number,
  localNames: ReadonlyMap<number, string>,
  naming: Naming,
): string[] {
  const { code, labels, handlers, source } = def
  const length = code.op.length
  const marks = markPlaces(handlers, length)
  const lines = localLines(def, paramCount, localNames)
  for (const handler of handlers) lines.push(`  ${handlerText(handler, marks, naming)}`)
  const byPc = new Map<number, number[]>()
  for (const [index, label] of labels.entries()) {
    if (label.pc > length) lines.push(labelText(label, index, ` at ${label.pc}`))
    else if (byPc.get(label.pc)?.push(index) === undefined) byPc.set(label.pc, [index])
  }
  for (let pc = 0; pc <= length; pc++) {
    const mark = marks.get(pc)
    if (mark !== undefined) lines.push(`${mark}:`)
    for (const index of byPc.get(pc) ?? []) lines.push(labelText(labels[index], index, ''))
    if (pc === length) break
    const from = source === null ? '' : ` @${source[pc]}`
    lines.push(`  ${instructionText(code, pc, naming)}${from}`)
  }
  return lines
}

const labelText = (label: Label, index: number, at: string): string =>
  `L${index}: [${label.stack.map((kind) => kindNames[kind]).join(' ')}]${at}`

function localLines(
  { locals }: FunctionDef,
  paramCount: number,
  names: ReadonlyMap<number, string>,
): string[] {
  const texts = locals.map((type, i) => {
    const name = names.get(paramCount + i)
    return name === undefined ? valTypeText(type) : `${nameText(name)}: ${valTypeText(type)}`
  })
  const lines: string[] = []
  for (let i = 0; i < texts.length; i += LOCALS_A_LINE) {
    lines.push(`  local ${texts.slice(i, i + LOCALS_A_LINE).join(', ')}`)
  }
  return lines
}

/** The places that handlers name, in order. */
function markPlaces(handlers: readonly Handler[], length: number): Map<number, string> {
  const places = new Set(handlers.flatMap(({ from, to }) => [from, to]))
  const within = [...places].filter((pc) => pc <= length).sort((a, b) => a - b)
  return new Map(within.map((pc, i) => [pc, `M${i}`]))
}

function handlerText(handler: Handler, marks: ReadonlyMap<number, string>, naming: Naming): string {
  const place = (pc: number): string => marks.get(pc) ?? `${pc}`
  const tag = handler.tag < 0 ? '' : ` tag ${naming.tag(handler.tag)}`
  const ref = handler.ref ? ' ref' : ''
  const local = handler.refLocal < 0 ? '' : ` local ${naming.local(handler.refLocal)}`
  const range = `${place(handler.from)}..${place(handler.to)}`
  return `handle ${range}${tag}${ref}${local} -> ${naming.label(handler.label)}`
}
