// What a body of a function is emitted from: its graph and structure, and where it is resumed.
import { Liveness } from '../isa/verify/liveness.ts'
import type { BodySource } from './body.ts'
import { FRAME_LIMIT_WORDS } from './context.ts'
import type { ProgramShape } from './draft.ts'
import { blocksOf, dispatched, type Graph, resumable } from './graph.ts'
import { hostLimits, OverHostLimit } from './host-types.ts'
import { reserveOf } from './leaves.ts'
import { rawLocalsOf } from './raw-locals.ts'
import { dispatchedStructure, structureOf } from './structure.ts'
import type { Variant } from './variant.ts'

/** Pcs at which a resumable body is entered: the headers of its loops, outer ones first. */
export function entriesOf(shape: ProgramShape, defined: number): number[] {
  const { nodes, headers } = loopsOf(shape, defined)
  return headers.map((header) => nodes[header].from)
}

function loopsOf(shape: ProgramShape, defined: number) {
  const def = shape.program.functions[defined]
  const whole = blocksOf(def, true)
  const structure = structureOf(whole)
  if (structure !== null) return { ...structure, nodes: whole.nodes, whole: true }
  // With two ways into a loop: every target of a backward jump.
  const headers: number[] = []
  whole.nodes.forEach(({ successors }, node) => {
    for (const to of successors)
      if (to >= 0 && to <= node && !headers.includes(to)) headers.push(to)
  })
  headers.sort((a, b) => a - b)
  return { headers, loopOf: new Map<number, number>(), nodes: whole.nodes, whole: false }
}

export function sourceOf(
  shape: ProgramShape,
  variant: Variant,
  defined: number,
  resumes: boolean,
  places: readonly number[],
): BodySource {
  const { program } = shape
  const def = program.functions[defined]
  const facts = shape.factsOf(defined)
  if (facts.localWords + facts.maxOperandWords > FRAME_LIMIT_WORDS) {
    throw new OverHostLimit('words of a frame')
  }
  const params = shape.paramKinds[def.type].length
  const graph = blocksOf(def, false)
  return {
    def,
    fn: shape.importedFunctions + defined,
    facts,
    liveness: new Liveness(program, defined, facts),
    reserve: reserveOf(shape, variant, def, facts, graph.at),
    rawLocals: rawLocalsOf(def, facts, params),
    places: new Set(places),
    ...(resumes ? resumablePlan(shape, defined, graph) : plainPlan(graph)),
  }
}

type Plan = Pick<BodySource, 'graph' | 'structure' | 'dispatcher' | 'entries'>

function plainPlan(graph: Graph): Plan {
  const structure = structureOf(graph)
  if (structure === null) return { ...dispatchedPlan(graph, []), entries: null }
  return { graph, structure, dispatcher: -1, entries: null }
}

function resumablePlan(shape: ProgramShape, defined: number, graph: Graph): Plan {
  const { headers, loopOf, nodes, whole } = loopsOf(shape, defined)
  const entries = headers.map((header) => nodes[header].from)
  // Both graphs have the same blocks, so the headers' numbers hold in either.
  const own = whole ? resumable(graph, headers, loopOf) : null
  const structure = own === null ? null : structureOf(own)
  if (own === null || structure === null) return { ...dispatchedPlan(graph, entries), entries }
  return { graph: own, structure, dispatcher: -1, entries }
}

function dispatchedPlan(graph: Graph, entries: readonly number[]): Omit<Plan, 'entries'> {
  if (graph.nodes.length + entries.length > hostLimits.targets) throw new OverHostLimit('blocks')
  const own = dispatched(graph, entries)
  return { graph: own, structure: dispatchedStructure(own), dispatcher: own.entry }
}
