// The breakpoints and watchpoints that a debug client has set, and which of them was hit.
import type { DebugProtocol } from '@vscode/debugprotocol'
import { VacError } from '../../base/errors.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import type { Range } from '../../machine/watch.ts'
import { placesNamed } from '../../time/places.ts'
import { isPlace, samePlace } from '../debug/code.ts'
import type { Arrival, Points } from '../debug/motions.ts'
import { bytesOfDataId, codeReference, placeOfReference } from './references.ts'
import type { Arguments } from './requests.ts'
import type { Sources } from './sources.ts'

type Reason = 'breakpoint' | 'function breakpoint' | 'instruction breakpoint' | 'data breakpoint'

interface Point {
  readonly id: number
  readonly reason: Reason
  readonly places: readonly Place[]
  readonly range: Range | null
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

  get points(): Points {
    const all = [...this.sets.values()].flat()
    return {
      places: all.flatMap(({ places }) => places),
      ranges: all.flatMap(({ range }) => (range === null ? [] : [range])),
    }
  }

  /** `firstLine`: the number that the client gives to the first. */
  setLines(
    { source, breakpoints = [] }: Arguments<'setBreakpoints'>,
    firstLine: number,
  ): DebugProtocol.Breakpoint[] {
    const { path, sourceReference = 0 } = source
    const key = sourceReference > 0 ? `function ${sourceReference}` : `file ${path}`
    const made = breakpoints.map(({ line }) => {
      const asked = line + 1 - firstLine
      const found = this.placesOfLine(path, sourceReference, asked)
      const told = { line: (found?.line ?? asked) - 1 + firstLine }
      return this.made('breakpoint', found?.places ?? [], told, 'no code of this line')
    })
    return this.keep(key, made)
  }

  setFunctions({ breakpoints }: Arguments<'setFunctionBreakpoints'>): DebugProtocol.Breakpoint[] {
    const made = breakpoints.map(({ name }) => {
      const [places, complaint] = this.named(name)
      return this.made('function breakpoint', places, {}, complaint)
    })
    return this.keep('functions', made)
  }

  setInstructions({
    breakpoints,
  }: Arguments<'setInstructionBreakpoints'>): DebugProtocol.Breakpoint[] {
    const made = breakpoints.map(({ instructionReference, offset }) => {
      const place = placeOfReference(instructionReference, offset)
      const places = isPlace(this.machine(), place) ? [place] : []
      return this.made('instruction breakpoint', places, {}, 'no instruction is there')
    })
    return this.keep('instructions', made)
  }

  setData({ breakpoints }: Arguments<'setDataBreakpoints'>): DebugProtocol.Breakpoint[] {
    const made = breakpoints.map(({ dataId, accessType = 'write' }) => {
      const bytes = bytesOfDataId(dataId)
      const known = this.machine().store.memories[bytes.memory] !== undefined
      const range = {
        ...bytes,
        reads: accessType !== 'write',
        writes: accessType !== 'read',
      }
      const point = { id: ++this.ids, reason: 'data breakpoint' as const, places: [], range }
      if (known) return { point, told: { id: point.id, verified: true } }
      return this.made('data breakpoint', [], {}, `there is no memory ${bytes.memory}`)
    })
    return this.keep('data', made)
  }

  /** What an arrival came to. */
  reached(arrival: Arrival): Reached | null {
    const all = [...this.sets.values()].flat()
    if (arrival.why === 'place') {
      const { place } = arrival
      const hit = all.filter(({ places }) => places.some((one) => samePlace(one, place)))
      return { reason: hit[0]?.reason ?? 'breakpoint', ids: hit.map(({ id }) => id) }
    }
    if (arrival.why !== 'bytes') return null
    const { memory, from, to } = arrival.touched
    const touched = all.filter(
      ({ range }) =>
        range !== null && range.memory === memory && from < range.to && to > range.from,
    )
    return { reason: 'data breakpoint', ids: touched.map(({ id }) => id) }
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
    places: readonly Place[],
    more: Partial<DebugProtocol.Breakpoint>,
    complaint: string,
  ): { point: Point; told: DebugProtocol.Breakpoint } {
    const id = ++this.ids
    const point = { id, reason, places, range: null }
    if (places.length === 0)
      return { point, told: { id, verified: false, message: complaint, ...more } }
    const instructionReference = codeReference(places[0])
    return { point, told: { id, verified: true, instructionReference, ...more } }
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
