// The breakpoints and watchpoints that a debug client has set, and which of them was hit.
import type { DebugProtocol } from '@vscode/debugprotocol'
import { VacError } from '../../base/errors.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import { Expression } from '../../time/expression/expression.ts'
import type { Stop } from '../../time/questions/conditional.ts'
import { placesNamed } from '../../time/questions/places.ts'
import { isPlace } from '../debug/code.ts'
import type { Arrival } from '../debug/motions.ts'
import { bytesOfDataId, codeReference, placeOfReference } from './references.ts'
import type { Arguments } from './requests.ts'
import type { Sources } from './sources.ts'

type Reason = 'breakpoint' | 'function breakpoint' | 'instruction breakpoint' | 'data breakpoint'

interface Point extends Stop {
  readonly id: number
  readonly reason: Reason
}

export interface Reached {
  readonly reason: Reason
  readonly ids: readonly number[]
}

export class Breakpoints {
  /** By who set them: a file, a function that is shown, or a kind of breakpoints. */
  private readonly sets = new Map<string, readonly Point[]>()
  private readonly machine: () => Machine
  private readonly sources: Sources
  private ids = 0

  constructor(machine: () => Machine, sources: Sources) {
    this.machine = machine
    this.sources = sources
  }

  get stops(): readonly Point[] {
    return [...this.sets.values()].flat()
  }

  /** `firstLine`: the number that the client gives to the first. */
  setLines(
    { source, breakpoints = [] }: Arguments<'setBreakpoints'>,
    firstLine: number,
  ): DebugProtocol.Breakpoint[] {
    const { path, sourceReference = 0 } = source
    const key = sourceReference > 0 ? `function ${sourceReference}` : `file ${path}`
    const made = breakpoints.map(({ line, condition }) => {
      const asked = line + 1 - firstLine
      const found = this.placesOfLine(path, sourceReference, asked)
      const told = { line: (found?.line ?? asked) - 1 + firstLine }
      return this.made(
        'breakpoint',
        found?.places ?? [],
        { ...told, condition },
        'no code of this line',
      )
    })
    return this.keep(key, made)
  }

  setFunctions({ breakpoints }: Arguments<'setFunctionBreakpoints'>): DebugProtocol.Breakpoint[] {
    const made = breakpoints.map(({ name, condition }) => {
      const [places, complaint] = this.named(name)
      return this.made('function breakpoint', places, { condition }, complaint)
    })
    return this.keep('functions', made)
  }

  setInstructions({
    breakpoints,
  }: Arguments<'setInstructionBreakpoints'>): DebugProtocol.Breakpoint[] {
    const made = breakpoints.map(({ instructionReference, offset, condition }) => {
      const place = placeOfReference(instructionReference, offset)
      const places = isPlace(this.machine(), place) ? [place] : []
      return this.made('instruction breakpoint', places, { condition }, 'no instruction is there')
    })
    return this.keep('instructions', made)
  }

  setData({ breakpoints }: Arguments<'setDataBreakpoints'>): DebugProtocol.Breakpoint[] {
    const made = breakpoints.map(({ dataId, accessType = 'write', condition: text }) => {
      const bytes = bytesOfDataId(dataId)
      const known = this.machine().store.memories[bytes.memory] !== undefined
      const range = {
        ...bytes,
        reads: accessType !== 'write',
        writes: accessType !== 'read',
      }
      const reason = 'data breakpoint' as const
      const [condition, wrong] = this.conditionOf(text)
      if (!known || wrong !== '') {
        return this.made(reason, [], {}, wrong || `there is no memory ${bytes.memory}`)
      }
      const point = { id: ++this.ids, reason, places: [], range, condition }
      return { point, told: { id: point.id, verified: true } }
    })
    return this.keep('data', made)
  }

  /** What an arrival came to. */
  reached(arrival: Arrival): Reached | null {
    if (arrival.why !== 'stop') return null
    const hit = this.stops.filter((point) => arrival.stops.includes(point))
    return { reason: hit[0]?.reason ?? 'breakpoint', ids: hit.map(({ id }) => id) }
  }

  private placesOfLine(path: string | undefined, reference: number, line: number) {
    const m = this.machine()
    if (reference > 0) {
      const place = this.sources.placeOf(m, reference, line)
      return place === null ? null : { line, places: [place] }
    }
    return path === undefined ? null : this.sources.placesOf(m, path, line)
  }

  private named(name: string): [places: Place[], complaint: string] {
    try {
      return [placesNamed(this.machine(), name, null), '']
    } catch (error) {
      if (error instanceof VacError) return [[], error.message]
      throw error
    }
  }

  private made(
    reason: Reason,
    found: readonly Place[],
    { condition: text, ...more }: { condition?: string | undefined; line?: number },
    missing: string,
  ): { point: Point; told: DebugProtocol.Breakpoint } {
    const id = ++this.ids
    const [condition, wrong] = this.conditionOf(text)
    const places = wrong === '' ? found : []
    const point = { id, reason, places, range: null, condition }
    if (places.length === 0) {
      return { point, told: { id, verified: false, message: wrong || missing, ...more } }
    }
    const instructionReference = codeReference(places[0])
    return { point, told: { id, verified: true, instructionReference, ...more } }
  }

  private conditionOf(text = ''): [condition: Expression | null, wrong: string] {
    if (text.trim() === '') return [null, '']
    try {
      return [Expression.for(this.machine(), text), '']
    } catch (error) {
      if (error instanceof VacError) return [null, error.message]
      throw error
    }
  }

  private keep(
    key: string,
    made: readonly { point: Point; told: DebugProtocol.Breakpoint }[],
  ): DebugProtocol.Breakpoint[] {
    this.sets.set(
      key,
      made.map(({ point }) => point),
    )
    return made.map(({ told }) => told)
  }
}
