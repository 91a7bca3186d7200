// The library's entry: a computer that runs programs, from Node. What it is made of stands in the
// rooms; this file only puts them together.
import { hex, joined, utf8 } from './base/bytes.ts'
import { VacError } from './base/errors.ts'
import { Engine, type EngineFacts, type EngineName } from './host/compiler.ts'
import { type Directory, filesAt, startFiles } from './host/directories.ts'
import { nodeHasher } from './host/hasher.ts'
import { type LoadedProgram, loadProgram } from './host/program-file.ts'
import type { Import } from './isa/program.ts'
import { wordsOfAll } from './isa/types.ts'
import { invoke, takeResults } from './machine/calls.ts'
import { exportOf } from './machine/instantiate.ts'
import type { Extern } from './machine/link.ts'
import { Machine, type Status, type Trap } from './machine/machine.ts'
import { defaultManifest, type Manifest } from './machine/manifest.ts'
import type { Look, Outcome } from './machine/run.ts'
import { rootOf } from './machine/state/root.ts'
import { Snapshot } from './machine/state/snapshot.ts'
import { decodeState, encodeStateParts } from './machine/state/state.ts'
import type { FilePart } from './machine/state/state-format.ts'
import type { FunctionInstance } from './machine/store.ts'
import type { Watch } from './machine/watch.ts'
import type { Capability } from './wall/capabilities.ts'
import type { Sink } from './wall/devices/console.ts'
import type { GuestBeam } from './wall/devices/system.ts'
import type { TreeEntry } from './wall/files/tree.ts'
import { linkProgram, wallFunctionNamed } from './wall/link.ts'
import { VacMemory } from './wall/memory-access.ts'
import { retain, retrace, type Saved } from './wall/retrace.ts'
import { type Value, valuesOfWords, wordsOfValues } from './wall/values.ts'
import {
  deliverElapsed,
  deliverInput,
  deliverStart,
  newWorld,
  savedWorld,
  type World,
  type WorldOptions,
} from './wall/world.ts'

export { VacError } from './base/errors.ts'
export type { EngineFacts, EngineName } from './host/compiler.ts'
export type { Directory } from './host/directories.ts'
export { type LoadedProgram, loadProgram } from './host/program-file.ts'
export { defaultManifest, type Manifest } from './machine/manifest.ts'
export { type Capability, capabilities, defaultGrants } from './wall/capabilities.ts'
export type { GuestBeam } from './wall/devices/system.ts'
export type { TreeEntry } from './wall/files/tree.ts'
export { VacMemory } from './wall/memory-access.ts'
export type { ExternRef, FunctionRef, Value } from './wall/values.ts'

export interface VacOptions {
  /** Limits, seed and rate of time. The default has the same for everyone. */
  readonly manifest?: Manifest
  /** What programs may do; without it the default grants (wall/capabilities.ts). */
  readonly grants?: Iterable<Capability>
  /** Takes standard output and error as they are written. */
  readonly output?: Sink
  /** Takes the events that programs emit (`beam_emit`). */
  readonly beams?: (beam: GuestBeam) => void
  /** Told of each call that was denied, by the capability that it lacks. */
  readonly denied?: (capability: Capability, call: string) => void
  /** Files that the machine starts with, and the directories that programs are given. */
  readonly directories?: readonly Directory[]
  /** Programs are told that their streams are a terminal. */
  readonly terminal?: boolean
  /** What executes programs: a matter of speed only. Without it, `auto`. */
  readonly engine?: EngineName
}

export interface RestoreOptions extends Omit<VacOptions, 'manifest' | 'directories' | 'terminal'> {
  /** Its compiled code serves here too. */
  readonly like?: Vac
  /** A computer that is given up: its host memory, which is dear to make, is used again. */
  readonly instead?: Vac | undefined
}

interface Parts {
  readonly machine: Machine
  readonly world: World
  readonly saved: Saved
}

function worldOptions(options: VacOptions): WorldOptions {
  return {
    ...(options.beams === undefined ? {} : { beams: options.beams }),
    ...(options.denied === undefined ? {} : { denied: options.denied }),
    ...(options.grants === undefined ? {} : { grants: new Set(options.grants) }),
    ...(options.output === undefined ? {} : { sink: options.output }),
    ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
  }
}

/** How a call ended. A trap is a guest's fault, hence data and not an error. */
export type CallResult =
  | { readonly status: 'returned'; readonly values: readonly Value[] }
  | { readonly status: 'trapped'; readonly trap: Trap }
  | { readonly status: 'exited'; readonly exitCode: number }
  | { readonly status: 'waiting' | 'stopped' }

const MOST_TICKS = Number.MAX_SAFE_INTEGER

/** A computer: a machine and the world behind its wall. */
export class Vac {
  /** Plain state, for tools; the methods here are the way to change it. */
  readonly machine: Machine
  readonly world: World
  /** A host fact. */
  readonly engine: Engine

  /** `restored`: for `restore` only. */
  constructor(options: RestoreOptions & VacOptions = {}, restored: Parts | null = null) {
    this.machine = restored?.machine ?? new Machine(options.manifest ?? defaultManifest)
    this.world =
      restored?.world ??
      newWorld(this.machine, {
        ...worldOptions(options),
        ...startFiles(this.machine, options.directories ?? []),
      })
    this.engine = new Engine(this.machine, options.engine ?? 'auto', options.like?.engine ?? null)
    const retained = retain(this.machine, this.world, restored?.saved ?? null)
    this.machine.retrace = (run) => retrace(retained, this.machine, { run })
  }

  /**
   * The computer that `save` wrote, exactly where it was. What it had is granted only as far as
   * `grants` go. The bytes are kept and must not change. Errors: STATE_MALFORMED,
   * LINK_UNKNOWN_IMPORT.
   */
  static restore(bytes: Uint8Array, options: RestoreOptions = {}): Vac {
    return Vac.of({ read: (resolve) => decodeState(bytes, nodeHasher, resolve) }, options)
  }

  /** The computer of which a snapshot was taken, as `restore`; any number of them. */
  static of(saved: Saved, options: RestoreOptions = {}): Vac {
    const { world, fill } = savedWorld(worldOptions(options))
    const { machine, devices } = saved.read((name, params, results) =>
      wallFunctionNamed(world, name, params, results),
    )
    fill(machine, devices)
    options.instead?.machine.store.memories.forEach((given, at) => {
      machine.store.memories[at]?.takeOver(given)
    })
    return new Vac(options, { machine, world, saved })
  }

  /** The whole machine in memory, for `of`: pages and files are shared, not copied. */
  snapshot(): Snapshot {
    return Snapshot.of(this.machine)
  }

  /** The whole machine as bytes, for `restore`: between instructions, at any tick. */
  save(): Uint8Array {
    return joined(this.saveParts().map(({ bytes }) => bytes()))
  }

  /** The same in parts; programs are some, as `engine.packed` knows them. */
  saveParts(): FilePart[] {
    return encodeStateParts(this.machine, nodeHasher, {}, (one) => this.engine.encoded(one))
  }

  /** What lies at a path of the machine's files, parents first. CALL_ARGUMENTS: nothing does. */
  files(guestPath: string): Iterable<TreeEntry> {
    return filesAt(this.world.files, guestPath)
  }

  /**
   * The Merkle hash of the whole state, as 64 hex digits: two machines with one root are the same
   * machine.
   */
  root(): string {
    return hex(rootOf(this.machine, nodeHasher))
  }

  /**
   * Makes an instance of a program and runs its start function, for at most `budget` ticks. Imports
   * resolve to `instances` by module name, then to the wall.
   * Errors: LINK_UNKNOWN_IMPORT, LINK_TYPE, INSTANCE_LIMIT. A trap is in `trap` afterwards.
   */
  instantiate(
    loaded: LoadedProgram,
    instances: Readonly<Record<string, VacInstance>> = {},
    budget = MOST_TICKS,
  ): VacInstance {
    const { machine, world } = this
    const others = (wanted: Import): Extern | null =>
      Object.hasOwn(instances, wanted.module)
        ? instances[wanted.module].extern(wanted.name, wanted.extern.kind)
        : null
    const made = linkProgram(machine, loaded.program, () => loaded.hash, world, others)
    if (made.failed !== null) machine.fault(made.failed.trap, [])
    const instance = new VacInstance(this, made.instance)
    if (machine.status === 'running') this.run(budget)
    return instance
  }

  /** The instance of that number: 1 is the first. */
  instance(number: number): VacInstance {
    if (this.machine.store.instances[number] === undefined || number === 0) {
      throw new VacError('CALL_UNKNOWN', { found: `no instance ${number}` })
    }
    return new VacInstance(this, number)
  }

  /**
   * A memory by its number in the machine, exported or not; they are numbered in order of creation.
   */
  memory(shard: number): VacMemory {
    if (this.machine.store.memories[shard] === undefined) {
      throw new VacError('CALL_UNKNOWN', { found: `no memory ${shard}` })
    }
    return new VacMemory(this.machine, shard)
  }

  /** Bytes of a memory, the first one where none is named; all in bounds (CALL_ARGUMENTS). */
  read(address: number, sizeBytes: number, memory = 0): Uint8Array {
    return this.memory(memory).read(address, sizeBytes)
  }

  /**
   * Tells programs their arguments (the first is the program's name) and environment
   * (`NAME=value`).
   */
  start(args: readonly string[], env: readonly string[] = []): void {
    deliverStart(this.machine, this.world, args, env)
  }

  /**
   * Adds to standard input: text or bytes; null: it has ended. Recorded; a program that waits goes
   * on.
   */
  input(data: string | Uint8Array | null): void {
    const bytes = typeof data === 'string' ? utf8(data) : data
    deliverInput(this.machine, this.world, bytes)
  }

  /**
   * Nanoseconds after which a program that waits for input wants to be told that none came
   * (`elapse`); null: it waits for good, or not at all.
   */
  get patience(): bigint | null {
    return this.world.console.patience
  }
  /** Tells it so. Recorded; virtual time moves on by its timeout. */
  elapse(): void {
    deliverElapsed(this.machine, this.world)
  }

  /** Runs at most `budget` ticks and ends exactly there, unless `look` or `watch` stops it. */
  run(budget = MOST_TICKS, look: Look | null = null, watch: Watch | null = null): Outcome {
    const ticks = Math.min(budget, MOST_TICKS - this.machine.ticks)
    return this.engine.run(ticks, look, watch)
  }

  /** How the ticks were executed; says nothing of what they did. */
  get engineFacts(): EngineFacts {
    return this.engine.facts
  }

  get status(): Status {
    return this.machine.status
  }
  get ticks(): number {
    return this.machine.ticks
  }
  get vtime(): bigint {
    return this.machine.vtime
  }
  /** Of a program that exited; an unsigned 32-bit number. */
  get exitCode(): number {
    return this.machine.exitCode
  }
  /** What went wrong, where the status is trapped. */
  get trap(): Trap | null {
    return this.machine.trap
  }
}

/** An instance of a program: its exports by name. */
export class VacInstance {
  readonly number: number
  private readonly vac: Vac

  constructor(vac: Vac, number: number) {
    this.vac = vac
    this.number = number
  }

  /**
   * Calls an exported function and runs it to its end, or for at most `budget` ticks: `stopped`
   * then, and `vac.run` goes on. The call is recorded as an input.
   * Errors: CALL_UNKNOWN, CALL_ARGUMENTS.
   */
  call(name: string, ...args: Value[]): CallResult {
    this.begin(name, ...args)
    this.vac.run()
    return this.result(name)
  }

  /** Begins a call without running it: `vac.run` executes it, `result` tells how it stands. */
  begin(name: string, ...args: Value[]): void {
    const fn = this.function(name)
    invoke(this.vac.machine, fn, wordsOfValues(fn.paramKinds, args))
  }

  /** How the call of `name` that was begun stands. Results can be taken once. */
  result(name: string): CallResult {
    const { machine } = this.vac
    switch (machine.status) {
      case 'idle':
        return { status: 'returned', values: this.takeValues(name) }
      case 'trapped':
        return { status: 'trapped', trap: machine.trap as Trap }
      case 'exited':
        return { status: 'exited', exitCode: machine.exitCode }
      default:
        return { status: machine.status === 'waiting' ? 'waiting' : 'stopped' }
    }
  }

  private takeValues(name: string): Value[] {
    const { resultKinds } = this.function(name)
    const words = takeResults(this.vac.machine)
    if (words.length !== wordsOfAll(resultKinds)) {
      throw new VacError('CALL_UNKNOWN', {
        found: `no results of ${name}`,
        expected: 'a call of it',
      })
    }
    return valuesOfWords(resultKinds, words)
  }

  /** An exported memory; the name may be left out where there is one. */
  memory(name?: string): VacMemory {
    const { program, memories } = this.vac.machine.store.instances[this.number]
    const found = program.exports.filter(
      (entry) => entry.kind === 'memory' && (name === undefined || entry.name === name),
    )
    if (found.length === 0) throw this.unknown('memory', name ?? '')
    return new VacMemory(this.vac.machine, memories[found[0].index])
  }

  /** Names of the exports of a kind, in the program's order. */
  exports(kind: 'func' | 'memory' | 'table' | 'global' | 'tag' = 'func'): string[] {
    const { program } = this.vac.machine.store.instances[this.number]
    return program.exports.filter((entry) => entry.kind === kind).map((entry) => entry.name)
  }

  /** What an export is, for linking another instance to it; null: there is none of that kind. */
  extern(name: string, kind: Extern['kind']): Extern | null {
    const { machine } = this.vac
    const { program } = machine.store.instances[this.number]
    const entry = program.exports.find((one) => one.name === name && one.kind === kind)
    return entry === undefined ? null : exportOf(machine, this.number, entry)
  }

  private function(name: string): FunctionInstance {
    const extern = this.extern(name, 'func')
    if (extern?.kind !== 'func') throw this.unknown('func', name)
    return extern.fn
  }

  private unknown(kind: 'func' | 'memory', name: string): VacError {
    const names = this.exports(kind).slice(0, 8)
    return new VacError('CALL_UNKNOWN', {
      found: `no exported ${kind === 'func' ? 'function' : 'memory'} ${name}`.trim(),
      expected: names.length === 0 ? 'none is exported' : `one of ${names.join(', ')}`,
    })
  }
}

/** Loads a program and makes the first instance of a new computer of it. */
export async function start(
  bytes: Uint8Array,
  options: VacOptions = {},
): Promise<{ vac: Vac; instance: VacInstance }> {
  const vac = new Vac(options)
  return { vac, instance: vac.instantiate(await loadProgram(bytes)) }
}
