// A trap, told: what, at which tick, and the call chain with names and source offsets.
import { traps } from '../isa/traps.ts'
import type { Machine, Place, Trap } from '../machine/machine.ts'
import { functionName } from './program-names.ts'

const LINES = 20
const JSON_PLACES = 1000

export interface PlaceFacts {
  readonly instance: number
  readonly function: number
  readonly name: string | null
  readonly pc: number
  /** Byte offset of the instruction in the program's source file; null: not known. */
  readonly offset: number | null
}

function placeFacts(m: Machine, { instance, function: index, pc }: Place): PlaceFacts {
  const { program, functions } = m.store.instances[instance]
  const source = functions[index]?.def?.source ?? null
  const name = functions[index]?.host?.name ?? functionName(program, index)
  return { instance, function: index, name, pc, offset: source?.[pc] ?? null }
}

/** For JSON: at most the innermost 1000 places of the chain, and its whole length. */
export const trapFacts = (m: Machine, trap: Trap) => ({
  code: traps[trap.code].code,
  name: trap.code,
  says: traps[trap.code].says,
  tick: `${m.ticks}`,
  chain: trap.chain.slice(0, JSON_PLACES).map((place) => placeFacts(m, place)),
  chainLength: trap.chain.length,
})

function placeLine({ name, function: index, pc, offset }: PlaceFacts): string {
  const title = name === null ? `function ${index}` : `${name} (function ${index})`
  const source = offset === null ? '' : `, source offset 0x${offset.toString(16)}`
  return `${title}, pc ${pc}${source}`
}

export function trapText(m: Machine, trap: Trap): string {
  const says = traps[trap.code].says
  const lines = [`trap ${traps[trap.code].code}: ${says}, at tick ${m.ticks}`]
  trap.chain.slice(0, LINES).forEach((place, at) => {
    lines.push(`  ${at === 0 ? 'in' : 'called from'} ${placeLine(placeFacts(m, place))}`)
  })
  if (trap.chain.length > LINES) lines.push(`  ... and ${trap.chain.length - LINES} more`)
  return lines.join('\n')
}
