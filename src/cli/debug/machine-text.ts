// What stands in a machine, as text: values of a frame, bytes of a memory.
import type { FunctionFacts } from '../../isa/facts.ts'
import { type Kind, Kinds, kindNames } from '../../isa/types.ts'
import type { Machine } from '../../machine/machine.ts'
import type { Bytes } from '../../recorded-run.ts'
import type { Vac } from '../../vac.ts'

const MOST_DUMP_BYTES = 4096

/** Locals and operands of the innermost frame. */
export function valuesText(m: Machine): string {
  if (m.depth === 0) return `nothing runs: the machine is ${m.status}`
  const fn = m.frameFunction[m.depth - 1]
  const facts: FunctionFacts = m.factsOf(fn)
  const base = m.frameBase[m.depth - 1]
  const names = m.store.instances[fn.instance].program.names.locals.get(fn.index)
  const lines = Array.from(facts.localKinds, (kind, local) => {
    const name = names?.get(local)
    const title = name === undefined ? `local ${local}` : `local ${local} ${name}`
    return `  ${title}: ${valueText(m, kind as Kind, base + facts.localAt[local])}`
  })
  for (let word = base + facts.localWords; word < m.sp; word++) {
    lines.push(`  operand ${word - base - facts.localWords}: ${valueText(m, Kinds.i64, word)}`)
  }
  return lines.length === 0 ? '  no locals, no operands' : lines.join('\n')
}

function valueText({ words }: Machine, kind: Kind, word: number): string {
  const view = new DataView(words.I64.buffer, words.I64.byteOffset + 8 * word, 16)
  switch (kind) {
    case Kinds.i32:
      return `i32 ${view.getInt32(0, true)}`
    case Kinds.f32:
      return `f32 ${view.getFloat32(0, true)}`
    case Kinds.f64:
      return `f64 ${view.getFloat64(0, true)}`
    case Kinds.v128:
      return `v128 ${hexOf(view.getBigUint64(8, true))}${hexOf(view.getBigUint64(0, true))}`
    default:
      return `${kindNames[kind]} ${view.getBigInt64(0, true)}`
  }
}

/** Bytes of a memory as a dump. CALL_ARGUMENTS where they are not there. */
export function dumpText(vac: Vac, { memory, from, to }: Bytes): string {
  const bytes = vac.memory(memory).read(from, Math.min(to - from, MOST_DUMP_BYTES))
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16)
    const digits = bytesText(row)
    const text = Array.from(row, (byte) =>
      byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.',
    ).join('')
    const place = (from + at).toString(16).padStart(8, '0')
    lines.push(`  ${place}  ${digits.padEnd(47)}  ${text}`)
  }
  return lines.join('\n')
}

export const bytesText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')

const hexOf = (word: bigint): string => word.toString(16).padStart(16, '0')
