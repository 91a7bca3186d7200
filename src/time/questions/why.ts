// Why are these bytes what they are? A slice of data, one hop at a time: who wrote them, what the
// written value was made of, where that was loaded from, who wrote it there, and so on, within a
// budget. What decided which instructions ran (control dependence) is no part of it, and what
// addresses were computed from only where it is asked for.
import { opcode, rowByCode } from '../../isa/table.ts'
import { Kinds } from '../../isa/types.ts'
import type { Place } from '../../machine/machine.ts'
import { kindInMachine } from '../../machine/told.ts'
import type { Stage, Timeline } from '../timeline.ts'
import { stepAccesses } from './accesses.ts'
import { callSays } from './call-says.ts'
import type { OutputPart } from './outputs.ts'
import type { Bytes, Questions } from './questions.ts'
import { type Budget, TracedPast } from './traced-past.ts'
import { type Source, ValueFlow } from './value-flow.ts'

/** One step of the way back. */
export interface Reason {
  /**
   * output: a call printed the bytes. store, copy, fill, segment (of the program's data), call (of
   * the wall), outside (the host): wrote them. begin: they were there when the recording began. The
   * others are sources of a value (value-flow.ts).
   */
  readonly kind:
    | 'output'
    | 'store'
    | 'copy'
    | 'fill'
    | 'segment'
    | 'call'
    | 'outside'
    | 'begin'
    | Source['kind']
  /** null: before the first. */
  readonly tick: number | null
  readonly chain: readonly Place[]
  /** Of the instruction, or of the function of the wall; of `lost` why. */
  readonly name: string
  /** What the instruction wrote of the bytes asked for, or loaded. */
  readonly bytes: Bytes | null
  readonly content: Uint8Array | null
  readonly value: bigint | null
  /** Where a call of the wall got the bytes from, in words. */
  readonly says: string | null
  /** Instructions that computed the value of what it came from. */
  readonly computedBy: readonly string[]
  readonly from: readonly Reason[]
  /** Why it is not followed further; null: it is, or there is nothing more. */
  readonly cut: string | null
}

export interface WhyOptions {
  /** Writes that are followed one behind the other. */
  readonly hops: number
  /** Instructions that are traced at most, in all. */
  readonly budget: number
  /** Writes that are looked up at most, in all. */
  readonly writes: number
  /** Follows what addresses were computed from, too. */
  readonly addresses: boolean
}

export const usualWhy: WhyOptions = { hops: 4, budget: 2 ** 23, writes: 48, addresses: false }

type Draft = { -readonly [field in keyof Reason]: Reason[field] } & { from: Draft[] }

/** Bytes that are still to be followed. */
interface Open {
  readonly draft: Draft
  readonly bytes: Bytes
  /** Writes at it or before count. */
  readonly tick: number
  readonly depth: number
}

export class Why<S extends Stage> {
  private readonly timeline: Timeline<S>
  private readonly questions: Questions<S>
  private readonly options: WhyOptions
  private readonly budget: Budget
  private writesLeft: number
  private open: Open[] = []

  constructor(timeline: Timeline<S>, questions: Questions<S>, options: Partial<WhyOptions> = {}) {
    this.timeline = timeline
    this.questions = questions
    this.options = { ...usualWhy, ...options }
    this.budget = { left: this.options.budget }
    this.writesLeft = this.options.writes
  }

  /** Of bytes of a memory as they are at a tick: one reason for each of their writes. */
  *bytes(bytes: Bytes, tick: number): Generator<void, readonly Reason[]> {
    const root = draftOf({ kind: 'load', tick, bytes })
    this.follow(root, bytes, tick, 0)
    yield* this.work()
    return root.from
  }

  /** Of bytes that were printed. */
  *output(parts: readonly OutputPart[]): Generator<void, readonly Reason[]> {
    const found: Draft[] = []
    for (const part of parts) found.push(yield* this.printed(part))
    yield* this.work()
    return found
  }

  private *work(): Generator<void> {
    for (let next = this.open.shift(); next !== undefined; next = this.open.shift()) {
      if (next.depth >= this.options.hops) {
        next.draft.cut = `${this.options.hops} hops: --hops N follows more`
      } else yield* this.writers(next)
    }
  }

  private follow(draft: Draft, bytes: Bytes, tick: number, depth: number): void {
    this.open.push({ draft, bytes, tick, depth })
  }

  private *printed({ tick, from, to, whole }: OutputPart): Generator<void, Draft> {
    const { timeline } = this
    yield* timeline.seek(tick - 1)
    const { machine: m } = timeline
    const chain = m.chain(m.framePc[m.depth - 1])
    const name = this.nameAt(chain[0])
    const content = whole.slice(from, to)
    const draft = draftOf({ kind: 'output', tick, chain, name, content })
    const accesses = stepAccesses(m)
    const reads = accesses.filter(({ does }) => does === 'read')
    // The bytes are what the call read last: before them come the vectors that say where they are.
    let end = whole.length
    while (end > from && reads.length > 0) {
      const read = reads.pop() as (typeof reads)[0]
      const start = end - (read.to - read.from)
      const [a, b] = [Math.max(start, from), Math.min(end, to)]
      if (a < b && start >= 0) {
        const at = read.from - start
        const bytes = { memory: read.memory, from: at + a, to: at + b }
        const part = draftOf({ kind: 'load', tick, name: 'read', bytes })
        part.content = m.store.memories[read.memory].readBytes(bytes.from, b - a)
        draft.from.unshift(part)
        this.follow(part, bytes, tick - 1, 0)
      }
      end = start
    }
    if (draft.from.length === 0) draft.cut = 'the call read no memory'
    return draft
  }

  /** The writes that the bytes are of, each with what it wrote. */
  private *writers({ draft, bytes, tick, depth }: Open): Generator<void> {
    const left: Bytes[] = [bytes]
    for (let range = left.pop(); range !== undefined; range = left.pop()) {
      if (this.writesLeft-- <= 0) {
        draft.cut = `${this.options.writes} writes were looked up: --writes N looks up more`
        return
      }
      const found = yield* this.questions.lastWriteTick(range, tick)
      if (found === null) {
        draft.from.push(yield* this.beginning(range))
        continue
      }
      const pieces = found.given === null ? yield* this.written(found.tick, range) : null
      const covered = pieces?.map(({ covers }) => covers) ?? [found.given as Bytes]
      for (const write of covered) {
        const both = intersection(range, write)
        if (both === null) continue
        if (both.from > range.from) left.push({ ...range, to: both.from })
        if (both.to < range.to) left.push({ ...range, from: both.to })
        if (pieces === null) draft.from.push(yield* this.given(found.tick, both))
        else draft.from.push(yield* this.reason(found.tick, both, pieces, depth))
        break
      }
      if (covered.every((write) => intersection(range, write) === null)) {
        draft.cut = `the write at tick ${found.tick} cannot be told`
      }
    }
    draft.from.sort((a, b) => (a.bytes?.from ?? 0) - (b.bytes?.from ?? 0))
  }

  private *beginning(bytes: Bytes): Generator<void, Draft> {
    yield* this.timeline.seek(this.timeline.firstTick)
    return draftOf({ kind: 'begin', bytes, content: this.read(bytes) })
  }

  private *given(tick: number, bytes: Bytes): Generator<void, Draft> {
    yield* this.timeline.seek(tick)
    return draftOf({ kind: 'outside', tick, bytes, content: this.read(bytes) })
  }

  /** What the instruction of a tick wrote that touches a range; the machine stands before it. */
  private *written(tick: number, range: Bytes): Generator<void, Piece[]> {
    yield* this.timeline.seek(tick - 1)
    const { machine } = this.timeline
    const accesses = stepAccesses(machine)
    const after = machine.store.memories
    const reads = accesses.filter(({ does }) => does === 'read')
    const pieces: Piece[] = []
    let offset = 0
    for (const { does, memory, from, to } of accesses) {
      if (does === 'read') continue
      const covers = { memory, from, to }
      const both = intersection(range, covers)
      const content = both === null ? null : after[memory].readBytes(both.from, both.to - both.from)
      pieces.push({ covers, offset, read: reads[0] ?? null, content })
      offset += to - from
    }
    // The latest write of a byte is the one that counts.
    pieces.reverse()
    yield* this.timeline.seek(tick - 1)
    return pieces
  }

  private *reason(
    tick: number,
    bytes: Bytes,
    pieces: readonly Piece[],
    depth: number,
  ): Generator<void, Draft> {
    const { machine: m } = this.timeline
    const piece = pieces.find(({ covers }) => intersection(covers, bytes) !== null) as Piece
    const { covers, read, content } = piece
    const chain = m.chain(m.framePc[m.depth - 1])
    const [place] = chain
    const name = this.nameAt(place)
    const draft = draftOf({ kind: 'store', tick, chain, name, bytes, content })
    const top = m.sp - m.frameBase[m.depth - 1]
    if (name === 'memory.copy' && read !== null) {
      draft.kind = 'copy'
      const shift = read.from - covers.from
      const source = { memory: read.memory, from: bytes.from + shift, to: bytes.to + shift }
      const part = draftOf({ kind: 'load', tick, name, bytes: source, content })
      draft.from.push(part)
      this.follow(part, source, tick - 1, depth + 1)
    } else if (name === 'memory.fill') {
      draft.kind = 'fill'
      yield* this.value(draft, tick, place, [top - 2, top - 1], depth, null)
    } else if (name === 'memory.init') {
      draft.kind = 'segment'
      const { code } = this.defAt(place)
      const offset = m.words.U32[2 * (m.sp - 2)] + bytes.from - covers.from
      draft.says = `data segment ${code.imm[code.at[place.pc]]}, from its byte ${offset} on`
    } else if (this.isStore(place)) {
      const { instance, index } = m.frameFunction[m.depth - 1]
      const fn = m.store.instances[instance].functions[index]
      const words = kindInMachine(m, fn, place.pc) === Kinds.v128 ? 2 : 1
      const within = { offset: bytes.from - covers.from, sizeBytes: bytes.to - bytes.from }
      yield* this.value(draft, tick, place, [top - words, top], depth, within)
    } else {
      draft.kind = 'call'
      const offset = piece.offset + bytes.from - covers.from
      draft.says = callSays(this.timeline, name, { offset, isLast: piece === pieces[0] })
    }
    return draft
  }

  /** What the value in slots of the frame came from; `within`: only these bytes of it count. */
  private *value(
    draft: Draft,
    tick: number,
    place: Place,
    slots: readonly [number, number],
    depth: number,
    within: { readonly offset: number; readonly sizeBytes: number } | null,
  ): Generator<void> {
    const past = new TracedPast(this.timeline, this.budget)
    const flow = new ValueFlow(this.timeline, past, this.options)
    const { sources, computedBy } = yield* flow.of(tick, place, slots)
    draft.computedBy = computedBy
    for (const source of sources) {
      const { kind, tick: at, name, value, memory, address, sizeBytes } = source
      const chain = source.place === null ? [] : [source.place]
      const part = draftOf({ kind, tick: at, chain, name, value })
      draft.from.push(part)
      if (kind !== 'load') continue
      // A value that is stored as it was loaded: byte by byte.
      const isMoved = within !== null && computedBy.length === 0 && sources.length === 1
      const whole = { memory, from: address, to: address + sizeBytes }
      const from = address + (within?.offset ?? 0)
      const moved = { memory, from, to: from + (within?.sizeBytes ?? 0) }
      const bytes = isMoved ? (intersection(whole, moved) ?? whole) : whole
      part.bytes = bytes
      this.follow(part, bytes, at - 1, depth + 1)
    }
  }

  private nameAt(place: Place): string {
    const { code } = this.defAt(place)
    const row = rowByCode[code.op[place.pc]]
    const target = row?.code === CALL ? code.imm[code.at[place.pc]] : null
    const { functions } = this.timeline.machine.store.instances[place.instance]
    return (target === null ? null : functions[target].host?.name) ?? row?.name ?? ''
  }

  private isStore(place: Place): boolean {
    return rowByCode[this.defAt(place).code.op[place.pc]]?.access?.does === 'store'
  }

  private defAt({ instance, function: index }: Place) {
    const { def } = this.timeline.machine.store.instances[instance].functions[index]
    return def as NonNullable<typeof def>
  }

  private read({ memory, from, to }: Bytes): Uint8Array {
    const one = this.timeline.machine.store.memories[memory]
    return one.readBytes(from, to - from)
  }
}

interface Piece {
  readonly covers: Bytes
  /** Bytes that the instruction wrote before these. */
  readonly offset: number
  /** What it read first. */
  readonly read: Bytes | null
  /** Of the bytes asked for. */
  readonly content: Uint8Array | null
}

const CALL = opcode('call')

function intersection(a: Bytes, b: Bytes): Bytes | null {
  const from = Math.max(a.from, b.from)
  const to = Math.min(a.to, b.to)
  return a.memory === b.memory && from < to ? { memory: a.memory, from, to } : null
}

function draftOf(fields: Partial<Draft> & Pick<Draft, 'kind'>): Draft {
  return {
    ...{ tick: null, chain: [], name: '', bytes: null, content: null, value: null },
    ...{ says: null, computedBy: [], from: [], cut: null },
    ...fields,
  }
}
