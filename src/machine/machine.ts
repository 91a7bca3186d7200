// The machine: a store of instances, one call stack, a tick counter. Plain state; engines move it,
// the wall talks to it, state.ts encodes it. Nothing here knows the host.
import { assert, VacError } from '../base/errors.ts'
import { type FunctionFacts, frameWords } from '../isa/facts.ts'
import type { Program } from '../isa/program.ts'
import { type Words, wordViews } from '../isa/row.ts'
import { raise, type TrapCode } from '../isa/traps.ts'
import { TypeRegistry } from '../isa/type-registry.ts'
import { FunctionVerifier } from '../isa/verify/verify.ts'
import { ShardTable } from '../memory/la128.ts'
import type { FastEngine } from './fast-engine.ts'
import type { FileTree } from './file-tree.ts'
import { InputLog } from './input-log.ts'
import { LaneSpace } from './lane/code.ts'
import type { Manifest } from './manifest.ts'
import type { Registers } from './registers.ts'
import { FIRST_COLLECTION, type FunctionInstance, type Store } from './store.ts'
import { wallInstance } from './wall-instance.ts'
import type { Watch } from './watch.ts'

/** idle: nothing to run. waiting: a call of the wall needs input. The rest as they say. */
export type Status = 'idle' | 'running' | 'waiting' | 'trapped' | 'exited'

export interface Place {
  readonly instance: number
  readonly function: number
  readonly pc: number
}

/**
 * A trap as data. chain[0] is where it happened; then the pcs of the calls that led there,
 * innermost first.
 */
export interface Trap {
  readonly code: TrapCode
  readonly chain: readonly Place[]
}

/** A device's state, owned by the wall, encoded with the machine's. */
export interface Device {
  readonly name: string
  encode(): Uint8Array
}

const FIRST_STACK_WORDS = 1024
const FIRST_FRAMES = 256
/** Above a frame's operands: the lane puts the lane numbers of a shuffle there. */
const SCRATCH_WORDS = 2
/** Deepest frame array that makes sense: each frame costs at least its header. */
const GROWTH = 2

/** One for each program, however many machines run it: it flattens the index spaces once. */
const verifiers = new WeakMap<Program, FunctionVerifier>()

export class Machine {
  /** Replaced as a whole where a setting changes. */
  manifest: Manifest
  readonly types = new TypeRegistry()
  readonly store: Store
  /** A faster engine than the interpreter, where one is attached; a host fact. */
  fast: FastEngine | null = null
  /** What the run that is going on watches for (run.ts); a host fact. */
  watch: Watch | null = null
  /** The interpreter's fast code; a host fact, never part of the state. */
  readonly lanes = new LaneSpace()
  readonly devices = new Map<string, Device>()
  /** The native calls that the wall granted, by name. */
  readonly syscalls = new Map<string, FunctionInstance>()
  readonly inputs = new InputLog()
  /**
   * Makes this run again from the retained state and the log of inputs, on a twin with no output,
   * by `run`, which takes at most `budget` ticks and ends exactly there (wall/retrace.ts): to the
   * trap that an engine met without knowing its tick, or to the end of the run. Gives the twin. A
   * host fact, never part of the state; null: nothing is retained of this machine.
   */
  retrace: ((run: (twin: Machine, budget: number) => void) => Machine) | null = null
  /** All memories by number, and the far shards: files and `alloc` make them. */
  readonly shards: ShardTable
  /** The files, where the wall gave the machine some (wall/files). */
  files: FileTree | null = null
  /** The device shard: the wall puts it here. */
  registers: Registers | null = null

  status: Status = 'idle'
  ticks = 0
  /** Virtual nanoseconds slept. */
  slept = 0n
  /** Random words handed out so far. */
  entropyCount = 0
  exitCode = 0
  trap: Trap | null = null

  /** The value stack. Halves above an i32 or f32 hold anything; the encoding writes them as 0. */
  words: Words = wordViews(new ArrayBuffer(FIRST_STACK_WORDS * 8))
  capacityWords = FIRST_STACK_WORDS
  /** Next free word. */
  sp = 0
  /**
   * Frames, outermost first. A frame's pc is that of its next instruction: for outer ones the
   * return point.
   */
  frameFunction: FunctionInstance[] = []
  framePc = new Int32Array(FIRST_FRAMES)
  /** Word index of the frame's first local. */
  frameBase = new Int32Array(FIRST_FRAMES)
  depth = 0
  /** Words that the frames count against the stack limit. */
  usedWords = 0

  constructor(manifest: Manifest) {
    this.manifest = manifest
    this.store = {
      programs: [],
      instances: [wallInstance()],
      memories: [],
      tables: [],
      globals: [],
      globalWords: new Int32Array(256),
      tags: [],
      exceptions: [],
      freeExceptions: [],
      exceptionLimit: FIRST_COLLECTION,
    }
    this.shards = new ShardTable(this.store.memories)
  }

  /** Virtual nanoseconds since the epoch of the manifest's clock, at this tick. */
  get vtime(): bigint {
    const [numerator, denominator] = this.manifest.vtime.nanosPerTick
    const run = (BigInt(this.ticks) * BigInt(numerator)) / BigInt(denominator)
    return this.manifest.vtime.epoch + run + this.slept
  }

  verifierOf(program: Program): FunctionVerifier {
    let verifier = verifiers.get(program)
    if (verifier === undefined) {
      verifier = new FunctionVerifier(program)
      verifiers.set(program, verifier)
    }
    return verifier
  }

  factsOf(fn: FunctionInstance): FunctionFacts {
    if (fn.facts !== null) return fn.facts
    const { program, functions } = this.store.instances[fn.instance]
    fn.facts = this.verifierOf(program).facts(
      fn.index - (functions.length - program.functions.length),
    )
    return fn.facts
  }

  /**
   * Traps on the stack limit where a frame of the function does not fit, though `freed` words were
   * free again.
   */
  requireRoom(fn: FunctionInstance, freed: number): void {
    const cost = frameWords(this.factsOf(fn))
    if (this.usedWords - freed + cost > this.manifest.limits.stackWords) {
      raise('call stack exhausted')
    }
  }

  /**
   * Opens a frame for a defined function whose arguments are on top of the stack. Traps on the
   * stack limit.
   */
  push(fn: FunctionInstance): void {
    const facts = this.factsOf(fn)
    this.requireRoom(fn, 0)
    const base = this.sp - facts.paramWords
    this.reserve(base + facts.localWords + facts.maxOperandWords + SCRATCH_WORDS)
    this.usedWords += frameWords(facts)
    this.words.I32.fill(0, this.sp * 2, (base + facts.localWords) * 2)
    const at = this.depth++
    this.frameFunction[at] = fn
    this.framePc[at] = 0
    this.frameBase[at] = base
    this.sp = base + facts.localWords
  }

  /** Closes the top frame; sp is the caller's business. */
  pop(): void {
    const fn = this.frameFunction[--this.depth]
    this.usedWords -= frameWords(fn.facts as FunctionFacts)
  }

  /** Makes room for `words` stack words and one more frame. */
  reserve(words: number): void {
    if (words > this.capacityWords) {
      let capacity = this.capacityWords
      while (capacity < words) capacity *= GROWTH
      const grown = wordViews(allocate(capacity * 8))
      grown.I32.set(this.words.I32.subarray(0, this.sp * 2))
      this.words = grown
      this.capacityWords = capacity
    }
    if (this.depth === this.framePc.length) {
      const pc = new Int32Array(this.depth * GROWTH)
      const base = new Int32Array(this.depth * GROWTH)
      pc.set(this.framePc)
      base.set(this.frameBase)
      this.framePc = pc
      this.frameBase = base
    }
  }

  /** The call chain, innermost first; `pc` is that of the instruction being executed on top. */
  chain(pc: number): Place[] {
    const places: Place[] = []
    for (let at = this.depth - 1; at >= 0; at--) {
      const fn = this.frameFunction[at]
      const here = at === this.depth - 1 ? pc : this.framePc[at] - 1
      places.push({ instance: fn.instance, function: fn.index, pc: here })
    }
    return places
  }

  /** Ends the run with a trap: stacks are discarded, memory, globals and tables stay. */
  fault(code: TrapCode, chain: readonly Place[]): void {
    this.trap = { code, chain }
    this.status = 'trapped'
    this.clearStack()
  }

  clearStack(): void {
    this.depth = 0
    this.frameFunction.length = 0
    this.sp = 0
    this.usedWords = 0
  }

  /** Makes a trapped machine idle again: its instances can still be called. */
  recover(): void {
    assert(this.status === 'trapped', 'only a trapped machine recovers')
    this.status = 'idle'
    this.trap = null
  }
}

function allocate(sizeBytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(sizeBytes)
  } catch {
    throw new VacError('HOST_MEMORY', {
      found: `${sizeBytes} bytes refused`,
      expected: 'room for the call stack',
    })
  }
}
