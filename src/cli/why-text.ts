// Reasons (time/questions/why.ts) as text, an indented tree, and as JSON.
import type { Machine } from '../machine/machine.ts'
import type { OutputMatch, Reason } from '../recorded-run.ts'
import { grouped } from './progress.ts'
import { chainFacts, chainLines, placeLine } from './trap-report.ts'

const MOST_SHOWN_BYTES = 40
/** Of each call chain; JSON has more. */
const MOST_PLACES = 3

/** For JSON: numbers of 64 bits as decimal strings, bytes in hex. */
export function reasonFacts(m: Machine, reason: Reason): unknown {
  const { kind, tick, chain, name, bytes, content, value, says, computedBy, from, cut } = reason
  return {
    ...{ kind, tick: tick === null ? null : `${tick}`, name, chain: chainFacts(m, chain) },
    memory: bytes?.memory ?? null,
    ...{ from: bytes?.from ?? null, to: bytes?.to ?? null },
    content: content === null ? null : Buffer.from(content).toString('hex'),
    ...{ value: value === null ? null : `${value}`, says, computedBy, cut },
    reasons: from.map((one) => reasonFacts(m, one)),
  }
}

export function matchText({ stream, at, parts }: OutputMatch): string {
  const name = stream === 'stdout' ? 'standard output' : 'standard error'
  const last = parts[parts.length - 1].tick
  const ticks = parts[0].tick === last ? '' : `, by ${parts.length} calls up to ${grouped(last)}`
  return `printed at tick ${grouped(parts[0].tick)}${ticks}: ${name}, byte ${at}`
}

export function reasonsText(m: Machine, reasons: readonly Reason[]): string {
  const lines = reasons.flatMap((reason) => linesOf(m, reason))
  lines.push('left out: what decided which instructions ran (control dependence)')
  return lines.join('\n')
}

function linesOf(m: Machine, reason: Reason): string[] {
  const { chain, from, cut, computedBy } = reason
  const lines = [titleOf(m, reason)]
  if (chain.length > 1) lines.push(...chainLines(m, chain, MOST_PLACES))
  else if (chain.length === 1 && !isSource(reason)) lines.push(`  in ${placeLine(m, chain[0])}`)
  if (computedBy.length > 0) lines.push(`  computed by ${computedBy.join(', ')} of`)
  for (const one of from) lines.push(...linesOf(m, one).map((line) => `  ${line}`))
  if (cut !== null) lines.push(`  not followed further: ${cut}`)
  return lines
}

const isSource = ({ kind }: Reason): boolean =>
  ['load', 'constant', 'result', 'zero', 'argument', 'lost'].includes(kind)

function titleOf(m: Machine, reason: Reason): string {
  const { kind, tick, name, content, says, value } = reason
  const at = tick === null ? '' : ` at tick ${grouped(tick)}`
  const where = rangeText(reason)
  const what = content === null ? '' : ` ${contentText(content)}`
  const more = says === null ? '' : `: ${says}`
  switch (kind) {
    case 'output':
      return `${name}${at} printed${what}`
    case 'begin':
      return `${where}${what}: there when the recording began`
    case 'outside':
      return `${where}${what}: written from outside${at}`
    case 'store':
    case 'copy':
    case 'fill':
    case 'segment':
    case 'call':
      return `${where}${what}: written by ${name}${at}${more}`
    case 'load': {
      const by = reason.chain.length === 0 ? '' : ` in ${placeLine(m, reason.chain[0])}`
      return `${where}${what}${valueText(value)}, read by ${name}${at}${by}`
    }
    case 'constant':
      return `the constant${valueText(value)}${at}`
    case 'result':
      return `the result${valueText(value)} of ${name}${at}, which is not followed`
    case 'zero':
    case 'argument':
      return `${name}${at}`
    default:
      return `not followed beyond tick ${grouped(tick ?? 0)}: ${name}`
  }
}

const valueText = (value: bigint | null): string => (value === null ? '' : ` ${value}`)

function rangeText({ bytes }: Reason): string {
  if (bytes === null) return ''
  const { memory, from, to } = bytes
  const name = memory === 0 ? '' : `memory ${memory}, `
  const size = to - from === 1 ? '1 byte' : `${to - from} bytes`
  return `${name}0x${from.toString(16)} (${size})`
}

/** Text where it is some, else hex. */
function contentText(content: Uint8Array): string {
  const part = content.subarray(0, MOST_SHOWN_BYTES)
  const isText = part.every((byte) => (byte >= 32 && byte < 127) || byte === 10)
  const text = isText
    ? JSON.stringify(Buffer.from(part).toString('latin1'))
    : Buffer.from(part).toString('hex')
  return part.length === content.length ? text : `${text}...`
}
