// What stands in a machine, as text: values of a frame, bytes of a memory.
import { kindNames } from '../../isa/types.ts'
import type { Machine } from '../../machine/machine.ts'
import type { Bytes } from '../../recorded-run.ts'
import { frameValues } from '../../server/debug/frames.ts'
import type { Vac } from '../../vac.ts'

const MOST_DUMP_BYTES = 4096

/** Locals and operands of the innermost frame. */
export function valuesText(m: Machine): string {
  if (m.depth === 0) return `nothing runs: the machine is ${m.status}`
  const { locals, operands } = frameValues(m, m.depth - 1)
  const lines = [...locals, ...operands].map(({ title, name, kind, text }) => {
    return `  ${name === null ? title : `${title} ${name}`}: ${kindNames[kind]} ${text}`
  })
  return lines.length === 0 ? '  no locals, no operands' : lines.join('\n')
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
