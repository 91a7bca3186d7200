// Random worlds: a few programs that share memories, tables, globals and tags, and the calls to
// make. All from a seed.
import type { Program } from '../../src/isa/program.ts'
import { table as rows } from '../../src/isa/table.ts'
import { type Kind, Kinds, kindOf } from '../../src/isa/types.ts'
import type { Limits as ManifestLimits } from '../../src/machine/manifest.ts'
import { ProgramDraft } from './draft.ts'
import * as interesting from './interesting.ts'
import { Random } from './random.ts'
import { makeTypes } from './world-types.ts'

export interface WorldCall {
  readonly program: number
  /** In the program's function index space. */
  readonly function: number
  readonly words: readonly bigint[]
}
export interface WorldSpec {
  readonly seed: number
  readonly programs: readonly Program[]
  readonly calls: readonly WorldCall[]
  readonly limits: ManifestLimits
  readonly capTicks: number
}

const FOCUS_ROWS = 10
/** Shares no factor with the number of rows, so that neighbours in the table are apart. */
const STRIDE = 101

/** Rows that this seed's programs use most: every row has its turn in any fifty seeds. */
function focusOf(seed: number): number[] {
  const at = (i: number): number => ((seed * FOCUS_ROWS + i) * STRIDE) % rows.length
  return Array.from({ length: FOCUS_ROWS }, (_, i) => at(i))
}

export function generateWorld(seed: number): WorldSpec {
  const r = new Random(seed)
  const hazards = { left: r.pick([0, 0, 0, 1, 1, 2]) }
  const types = makeTypes(r)
  const parts: ProgramDraft[] = []
  const shards: number[] = []
  const programs: Program[] = []
  for (let number = r.weighted([6, 3, 1]) + 1; number > 0; number--) {
    const draft = new ProgramDraft(r, types, parts, shards)
    programs.push(draft.program(focusOf(seed), hazards))
    parts.push(draft)
  }
  return {
    seed,
    programs,
    calls: makeCalls(r, parts),
    limits: {
      memoryPages: r.pick([64, 64, 300]),
      // All instances fit: what they begin with is no more than what there may be.
      tableEntries: Math.max(60_000, entriesOf(programs)),
      stackWords: r.pick([600, 5_000, 50_000]),
      instances: 20,
    },
    capTicks: r.pick([6_000, 20_000, 20_000, 30_000]),
  }
}

const entriesOf = (programs: readonly Program[]): number =>
  programs
    .flatMap(({ tables }) => tables)
    .reduce((sum, { table }) => sum + Number(table.limits.min), 0)

function makeCalls(r: Random, parts: readonly ProgramDraft[]): WorldCall[] {
  const calls: WorldCall[] = []
  for (const [program, draft] of [...parts.entries()].reverse()) {
    calls.push({ program, function: draft.run, words: [] })
    for (let n = r.below(3); n > 0; n--) {
      const at = r.below(draft.functions.length)
      const { params } = draft.types[draft.functions[at].type]
      const words = params.map(kindOf).flatMap((kind) => argument(r, kind))
      calls.push({ program, function: draft.importedFunctions + at, words })
    }
  }
  const last = parts.length - 1
  calls.push({ program: last, function: parts[last].end, words: [] })
  return calls
}

function argument(r: Random, kind: Kind): bigint[] {
  switch (kind) {
    case Kinds.i32:
      return [BigInt(interesting.int32(r) >>> 0)]
    case Kinds.f32:
      return [BigInt(interesting.float32(r) >>> 0)]
    case Kinds.i64:
      return [interesting.int64(r)]
    case Kinds.f64:
      return [interesting.float64(r)]
    case Kinds.v128:
      return interesting.vector(r)
    default:
      return [0n]
  }
}
