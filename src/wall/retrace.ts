// Making a run again: a twin of a machine begins in the state that was retained and is given the
// inputs that were recorded, each at its tick. For engines whose traps do not tell the tick: the
// twin runs in an engine that does. A twin's output goes nowhere.
//
// An input's place in the run is its tick and whether the machine had begun to wait there. What the
// host did beside the inputs follows from the next one: a call, or an instance, of a machine that
// had trapped means that it was made idle. Results that were taken leave no trace in the state.
import { assert, VacError } from '../base/errors.ts'
import { invoke } from '../machine/calls.ts'
import type { Input } from '../machine/input-log.ts'
import { addHostFunction, type Extern } from '../machine/link.ts'
import { Machine } from '../machine/machine.ts'
import type { Manifest } from '../machine/manifest.ts'
import { run } from '../machine/run.ts'
import type { DecodedState } from '../machine/state/read-state.ts'
import type { ResolveHost } from '../machine/state/state-instances.ts'
import type { Instance } from '../machine/store.ts'
import { WALL } from '../machine/wall-instance.ts'
import type { Grants } from './capabilities.ts'
import type { FileSystem } from './files/file-system.ts'
import { linkProgram, wallFunctionNamed } from './link.ts'
import { deliverSetting } from './settings.ts'
import { deliverWrite, redeliver, savedWorld, type World } from './world.ts'

/** What a machine was restored from, and can be again: saved bytes, or a snapshot. */
export interface Saved {
  readonly read: (resolve: ResolveHost) => DecodedState
}

/** A machine that has no instances yet. */
interface Beginning {
  readonly manifest: Manifest
  readonly devices: ReadonlyMap<string, Uint8Array>
  /** A fork that nobody changes; null: the machine has no files. */
  readonly files: FileSystem | null
}

/** What a run is made again from. */
export interface Retained {
  readonly grants: Grants
  readonly state: Beginning | Saved
}

/**
 * Retains the state in which a machine is: one without instances, or one that was restored from
 * `saved` just now. Cheap: files are forked, nothing large is copied or hashed.
 */
export function retain(machine: Machine, world: World, saved: Saved | null = null): Retained {
  const { store, manifest, devices } = machine
  const fresh = saved !== null || store.instances.length === WALL + 1
  assert(fresh && machine.inputs.length === 0, 'a machine that is retained has not begun')
  const beginning = (): Beginning => ({
    manifest,
    devices: new Map([...devices].map(([name, device]) => [name, device.encode()])),
    files: machine.files === null ? null : world.files.fork(),
  })
  return { grants: world.grants, state: saved ?? beginning() }
}

/** Runs a machine for at most `budget` ticks and ends exactly there, as `run` does. */
export type Runner = (twin: Machine, budget: number) => void

export interface RetraceOptions {
  /** The interpreter, where none is given. */
  readonly run?: Runner
  /** null: on to where the run ends, waits or traps for good. */
  readonly untilTick?: number | null
}

export interface Twin {
  readonly machine: Machine
  readonly world: World
}

/**
 * Makes the run of `machine` again on a twin, which it gives back: until the log is over and the
 * twin runs no more (it trapped, waits, exited or is idle); or until `untilTick`, as the machine
 * was last at that tick, with all inputs that came at it. Of the machine only its log, its programs
 * and what their imports resolved to are used, unless `untilTick` is the tick at which it stands.
 * Errors: LINK_UNKNOWN_IMPORT where it has functions that are not of the wall.
 */
export function retrace(
  retained: Retained,
  machine: Machine,
  options: RetraceOptions = {},
): Machine {
  const { run: runner = run, untilTick = null } = options
  const twin = twinOf(retained, machine)
  const m = twin.machine
  // What is delivered is recorded again, so the twin's own log says where it is in that of the
  // machine. Where an instance has a start function, linking it records the call too.
  const next = (): Input | undefined => machine.inputs.at(m.inputs.length)
  for (let input = next(); input !== undefined; input = next()) {
    if (untilTick !== null && input.tick > untilTick) break
    advance(m, input.tick, runner)
    if ('waiting' in input && input.waiting) beginWaiting(m, runner)
    assert(m.ticks === input.tick, `a run that is made again comes to tick ${input.tick}`)
    deliver(twin, machine, input)
  }
  advance(m, untilTick ?? Number.MAX_SAFE_INTEGER, runner)
  if (untilTick === machine.ticks) {
    if (machine.status === 'waiting') beginWaiting(m, runner)
    if (machine.status === 'idle' && m.status === 'trapped') m.recover()
  }
  return m
}

/** A machine in the retained state whose functions of the wall are those of `like`, in order. */
function twinOf({ grants, state }: Retained, like: Machine): Twin {
  const twin = 'read' in state ? reread(state, grants) : begun(state, grants)
  const { machine, world } = twin
  // All at once: by their numbers references name them.
  for (const { index, host } of like.store.instances[WALL].functions) {
    const { name, params, results } = host as NonNullable<typeof host>
    const again = wallFunctionNamed(world, name, params, results)
    if (again === null) throw new VacError('LINK_UNKNOWN_IMPORT', { found: name })
    const fn = addHostFunction(machine, again)
    assert(fn.index === index, `function ${index} of the wall has its number again`)
  }
  return twin
}

function reread(saved: Saved, grants: Grants): Twin {
  const { world, fill } = savedWorld({ grants })
  const { machine, devices } = saved.read((name, params, results) =>
    wallFunctionNamed(world, name, params, results),
  )
  fill(machine, devices)
  return { machine, world }
}

function begun({ manifest, devices, files }: Beginning, grants: Grants): Twin {
  const { world, fill } = savedWorld({ grants })
  const machine = new Machine(manifest)
  machine.files = files?.fork().tree ?? null
  fill(machine, devices)
  return { machine, world }
}

/** Runs on to a tick, if the machine comes so far. */
function advance(m: Machine, tick: number, runner: Runner): void {
  while (m.status === 'running' && m.ticks < tick) {
    const before = m.ticks
    runner(m, tick - m.ticks)
    const moved = m.ticks > before || m.status !== 'running'
    assert(moved && m.ticks <= tick, 'a run goes on and keeps to its budget')
  }
}

/** At this tick the machine waited: it tries the call, and the tick does not count. */
export function beginWaiting(m: Machine, runner: Runner): void {
  if (m.status === 'running') runner(m, 1)
  assert(m.status === 'waiting', 'a run that is made again waits where it waited')
}

function deliver(twin: Twin, machine: Machine, input: Input): void {
  const m = twin.machine
  if (input.kind !== 'instantiate') return giveAgain(twin, input)
  if (m.status === 'trapped') m.recover()
  link(twin, machine, machine.store.instances[m.store.instances.length])
}

/** Gives a machine an input that was recorded: it is recorded again. */
export function giveAgain(
  { machine: m, world }: Twin,
  input: Exclude<Input, { kind: 'instantiate' }>,
): void {
  switch (input.kind) {
    case 'invoke':
      if (m.status === 'trapped') m.recover()
      return invoke(m, m.store.instances[input.instance].functions[input.function], input.words)
    case 'device':
      return redeliver(m, world, input)
    case 'set':
      return deliverSetting(m, input.what, input.bytes)
    default:
      deliverWrite(m, input.shard, input.offset, input.bytes)
  }
}

/** Makes an instance as that of the machine was made; a failing active segment traps, as there. */
function link({ machine: m, world }: Twin, machine: Machine, instance: Instance): void {
  const { program, programNumber } = instance
  const found = new Map(program.imports.map((wanted, at) => [wanted, resolved(m, instance, at)]))
  const hash = (): Uint8Array => machine.store.programs[programNumber].hash
  const made = linkProgram(m, program, hash, world, (wanted) => found.get(wanted) ?? null)
  if (made.failed !== null) m.fault(made.failed.trap, [])
}

/** What an import of an instance resolved to: each index space begins with the imports. */
function resolved(m: Machine, instance: Instance, at: number): Extern {
  const { imports } = instance.program
  const { kind } = imports[at].extern
  const index = imports.slice(0, at).filter((one) => one.extern.kind === kind).length
  switch (kind) {
    case 'func': {
      const fn = instance.functions[index]
      return { kind, fn: m.store.instances[fn.instance].functions[fn.index] }
    }
    case 'memory':
      return { kind, number: instance.memories[index] }
    case 'table':
      return { kind, number: instance.tables[index] }
    case 'global':
      return { kind, number: instance.globals[index] }
    default:
      return { kind, number: instance.tags[index] }
  }
}
