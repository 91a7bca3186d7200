// A trap, told: what, at which tick, and the call chain with names and lines or offsets.

import { functionName } from '../isa/function-name.ts'
import { traps } from '../isa/traps.ts'
import type { Machine, Place, Trap } from '../machine/machine.ts'
import { sourceFrames, sourceLine } from '../server/debug/lines.ts'
import type { SourceLine } from '../wasm/dwarf/program-source.ts'
import { printable } from './printable.ts'
import { framesText, lineText } from './source-line.ts'

const LINES = 20
const JSON_PLACES = 1000

export interface PlaceFacts {
  readonly instance: number
  readonly function: number
  readonly name: string | null
  readonly pc: number
  /** Byte offset of the instruction in the program's source file; null: not known. */
  readonly offset: number | null
  /** Where the program's debug sections tell: the path of the source file, line and column. */
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  /** Functions that were inlined there, innermost first, each with where it was called. */
  readonly inlined: readonly InlinedFacts[]
}

interface InlinedFacts {
  readonly name: string | null
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
}

function placeFacts(m: Machine, place: Place): PlaceFacts {
  const { instance, function: index, pc } = place
  const { program, functions } = m.store.instances[instance]
  const source = functions[index]?.def?.source ?? null
  const frames = sourceFrames(m, place)
  const own = frames.at(-1)?.name ?? null
  const name = functions[index]?.host?.name ?? functionName(program, index) ?? own
  const inlined = frames.slice(0, -1).map((frame, at) => ({
    name: frame.name,
    ...lineFacts(frames[at + 1].line),
  }))
  return {
    ...{ instance, function: index, name, pc, offset: source?.[pc] ?? null },
    ...lineFacts(sourceLine(m, place)),
    inlined,
  }
}

const lineFacts = (at: SourceLine | null) => ({
  ...{ file: at?.file.path ?? null, line: at?.line ?? null, column: at?.column ?? null },
})

/** For JSON: at most the innermost 1000 places of the chain, and its whole length. */
export const trapFacts = (m: Machine, trap: Trap) => ({
  code: traps[trap.code].code,
  name: trap.code,
  says: traps[trap.code].says,
  tick: `${m.ticks}`,
  chain: chainFacts(m, trap.chain),
  chainLength: trap.chain.length,
})

/** For JSON: at most the innermost 1000 places. */
export const chainFacts = (m: Machine, chain: readonly Place[]): PlaceFacts[] =>
  chain.slice(0, JSON_PLACES).map((place) => placeFacts(m, place))

/** `main (function 7), pc 12, main.c:4:3`; the offset where there is no line. */
export function placeLine(m: Machine, place: Place): string {
  const { name, function: index, pc, offset } = placeFacts(m, place)
  const title = name === null ? `function ${index}` : `${printable(name)} (function ${index})`
  const line = sourceLine(m, place)
  const frames = sourceFrames(m, place)
  if (frames.length > 1) return `${title}, pc ${pc}, ${framesText(frames)}`
  if (line !== null) return `${title}, pc ${pc}, ${lineText(line)}`
  const source = offset === null ? '' : `, source offset 0x${offset.toString(16)}`
  return `${title}, pc ${pc}${source}`
}

export function trapText(m: Machine, trap: Trap): string {
  const { code, says } = traps[trap.code]
  return [`trap ${code}: ${says}, at tick ${m.ticks}`, ...chainLines(m, trap.chain)].join('\n')
}

/** Where a call chain stands, innermost first. */
export function chainLines(m: Machine, chain: readonly Place[], most = LINES): string[] {
  const lines: string[] = []
  const runs = chainRuns(m, chain)
  for (const { line, count } of runs.slice(0, most)) {
    const times = count === 1 ? '' : ` (${count} times)`
    lines.push(`  ${lines.length === 0 ? 'in' : 'called from'} ${line}${times}`)
  }
  if (runs.length > most) lines.push(`  ... and ${runs.length - most} more`)
  return lines
}

/** What wrote some bytes: where its call chain stands; null: the world, from outside. */
export const writerLines = (m: Machine, chain: readonly Place[] | null): string[] =>
  chain === null ? ['  from outside: the host wrote'] : chainLines(m, chain)

/** The chain with what repeats (deep recursion) told once. */
function chainRuns(m: Machine, chain: readonly Place[]): { line: string; count: number }[] {
  const runs: { line: string; count: number }[] = []
  chain.forEach((place, at) => {
    const last = chain[at - 1]
    const same =
      last?.instance === place.instance && last.function === place.function && last.pc === place.pc
    if (same) runs[runs.length - 1].count++
    else if (runs.length <= LINES) runs.push({ line: placeLine(m, place), count: 1 })
    else runs.push({ line: '', count: 1 })
  })
  return runs
}
