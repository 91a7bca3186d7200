// A machine with a world's programs in it, driven call by call: where to stop and which engine runs
// is a plan's choice.
import assert from 'node:assert/strict'
import { nodeHasher } from '../../src/host/hasher.ts'
import type { Import } from '../../src/isa/program.ts'
import { syscalls } from '../../src/isa/syscalls.ts'
import { Kinds, kindOf } from '../../src/isa/types.ts'
import { invoke, takeResults } from '../../src/machine/calls.ts'
import { exportOf, instantiate } from '../../src/machine/instantiate.ts'
import { addHostFunction, type Extern } from '../../src/machine/link.ts'
import { Machine } from '../../src/machine/machine.ts'
import { defaultManifest } from '../../src/machine/manifest.ts'
import { type Engine, run } from '../../src/machine/run.ts'
import { programHash } from '../../src/machine/state/program-hash.ts'
import { rootOf } from '../../src/machine/state/root.ts'
import { decodeState, encodeState } from '../../src/machine/state/state.ts'
import type { Watch } from '../../src/machine/watch.ts'
import { wallFunction } from '../../src/wall/link.ts'
import { deliverInput, newWorld, savedWorld, type World } from '../../src/wall/world.ts'
import type { WorldSpec } from './generate.ts'

/**
 * What a plan decides before each stretch of a run: how far, by which engine, and whether by a
 * saved state.
 */
export interface Stretch {
  readonly engine: Engine
  readonly ticks: number
  readonly reload: boolean
}
export interface Plan {
  readonly name: string
  readonly next: () => Stretch
  /** Take the roots at the ticks asked for. */
  readonly roots: boolean
  /** Gives each new machine an engine, before it runs. */
  readonly attach?: (machine: Machine) => void
  /** What each stretch watches for. */
  readonly watch?: (machine: Machine) => Watch | null
  /** After each stretch that watched. */
  readonly stopped?: (root: () => string, watch: Watch, machine: Machine) => void
}

/** What must be the same whatever the plan: one line for each call, and the roots. */
export interface Trace {
  readonly lines: string[]
  readonly roots: Map<number, string>
  readonly ticks: number
  readonly reloads: number
}

const natives = syscalls.map(({ name }) => name)
const DELIVERIES = 3

export class Guest {
  m: Machine
  private world: World
  private readonly spec: WorldSpec
  private delivered = 0

  private readonly plan: Plan

  constructor(spec: WorldSpec, plan: Plan) {
    this.spec = spec
    this.plan = plan
    this.m = new Machine({ ...defaultManifest, limits: spec.limits })
    this.world = newWorld(this.m)
    for (const name of natives) {
      const native = wallFunction(this.world, 'sys', name, { params: [], results: [] })
      if (native !== null) this.m.syscalls.set(name, addHostFunction(this.m, native))
    }
    for (const program of spec.programs) {
      const { failed } = instantiate(this.m, program, programHash(program, nodeHasher), (wanted) =>
        this.resolve(wanted, program.types),
      )
      assert.equal(failed, null, 'instances of a world start')
    }
    plan.attach?.(this.m)
  }

  private resolve(
    { module, name, extern }: Import,
    types: WorldSpec['programs'][number]['types'],
  ): Extern | null {
    if (/^p\d$/.test(module)) {
      const instance = Number(module.slice(1)) + 1
      const { program } = this.m.store.instances[instance]
      const found = program.exports.find((row) => row.name === name)
      return found === undefined ? null : exportOf(this.m, instance, found)
    }
    if (extern.kind !== 'func') return null
    const { params, results } = types[extern.type]
    const kinds = { params: params.map(kindOf), results: results.map(kindOf) }
    const host = wallFunction(this.world, module, name, kinds)
    return host === null ? null : { kind: 'func', fn: addHostFunction(this.m, host) }
  }

  root(): string {
    return Buffer.from(rootOf(this.m, nodeHasher)).toString('hex').slice(0, 16)
  }

  /** The same machine from its own encoding. */
  reload(): void {
    const bytes = encodeState(this.m, nodeHasher)
    const { world, fill } = savedWorld()
    const { machine, devices } = decodeState(bytes, nodeHasher, (name, params, results) => {
      const dot = name.indexOf('.')
      return wallFunction(world, name.slice(0, dot), name.slice(dot + 1), { params, results })
    })
    fill(machine, devices)
    const { inputs } = this.m
    this.m = machine
    for (const input of inputs) this.m.inputs.push(input)
    this.world = world
    const wall = machine.store.instances[0].functions
    for (const fn of wall) {
      if (fn.host?.name.startsWith('sys.')) machine.syscalls.set(fn.host.name.slice(4), fn)
    }
    this.plan.attach?.(machine)
  }

  /** Runs one call to its end, or to `cap` ticks; stops at each tick of `marks`, in order. */
  call(number: number, marks: readonly number[], trace: Trace): 'capped' | 'over' {
    const { program, function: fn, words } = this.spec.calls[number]
    const instance = this.m.store.instances[program + 1]
    invoke(this.m, instance.functions[fn], words)
    const cap = this.spec.capTicks
    while (this.m.status === 'running' || this.m.status === 'waiting') {
      if (this.m.status === 'waiting') this.deliver()
      if (this.m.ticks >= cap) return 'capped'
      this.stretch(marks, cap, trace)
    }
    return 'over'
  }

  private deliver(): void {
    this.delivered++
    const more = this.delivered <= DELIVERIES
    deliverInput(this.m, this.world, more ? Uint8Array.of(this.delivered, 7, 255, 10) : null)
  }

  private stretch(marks: readonly number[], cap: number, trace: Trace): void {
    const { m, plan } = this
    const { engine, ticks, reload } = plan.next()
    const mark = marks.find((tick) => tick > m.ticks) ?? cap
    const end = Math.min(m.ticks + ticks, plan.roots ? mark : cap, cap)
    const before = m.ticks
    const watch = plan.watch?.(m) ?? null
    const outcome = run(m, end - m.ticks, watch, engine)
    if (watch !== null) plan.stopped?.(() => this.root(), watch, m)
    assert.ok(m.ticks <= end, `${m.ticks} ticks where at most ${end} were asked for`)
    assert.equal(outcome.ticks, m.ticks)
    if (outcome.reason === 'budget') assert.equal(m.ticks, end, 'a run ends at its last tick')
    if (plan.roots && m.ticks === mark && m.ticks > before) trace.roots.set(m.ticks, this.root())
    if (reload && m.status === 'running') {
      ;(trace as { reloads: number }).reloads++
      const root = this.root()
      this.reload()
      assert.equal(this.root(), root, `the root at tick ${m.ticks} after saving and loading`)
    }
  }

  /** What a call left: how it ended, and its results as its type shows them. */
  line(number: number): string {
    const { m } = this
    const { program, function: fn } = this.spec.calls[number]
    const head = `call ${number}: ${m.status} at ${m.ticks}`
    if (m.trap !== null) {
      const chain = m.trap.chain.map((place) => Object.values(place).join(':'))
      return `${head}, ${m.trap.code} in ${chain.slice(0, 50).join(' ')} (${chain.length})`
    }
    if (m.status === 'exited') return `${head} with ${m.exitCode}`
    if (m.status !== 'idle') return head
    const kinds = m.store.instances[program + 1].functions[fn].resultKinds
    const words = takeResults(m)
    let at = 0
    const results = kinds.map((kind) => {
      const word = words[at++]
      if (kind === 5) return `${word.toString(16)},${words[at++].toString(16)}`
      // Functions of the wall are numbered anew by a saved state.
      if (kind === 6 && word >> 32n === 1n) return 'wall'
      // How many exceptions came before is history, which a saved state does not keep.
      if (kind === Kinds.exnref) return word === 0n ? 'null' : 'exception'
      return (kind === 1 || kind === 3 ? word & 0xffffffffn : word).toString(16)
    })
    return `${head}, [${results.join(' ')}]`
  }

  /**
   * Memories and numeric globals byte by byte; references are compared by the root, which names
   * them anew.
   */
  bytes(): string {
    const { memories, tables, globals, globalWords } = this.m.store
    const parts = memories.map((memory) => {
      const bytes = memory.readBytes(0, memory.sizePages * 65_536)
      return `${memory.sizePages}:${hashOf(bytes)}`
    })
    parts.push(`tables ${tables.map(({ size }) => size).join()} globals`)
    globals.forEach(({ kind }, at) => {
      const halves = kind === 5 ? 4 : kind === 1 || kind === 3 ? 1 : 2
      if (kind <= 5) parts.push(globalWords.subarray(4 * at, 4 * at + halves).join())
    })
    return parts.join(' ')
  }
}

const hashOf = (bytes: Uint8Array): string =>
  Buffer.from(nodeHasher.hash(bytes)).toString('hex').slice(0, 12)

/** Runs all of a world's calls by a plan. */
export function runWorld(spec: WorldSpec, plan: Plan, marks: readonly number[]): Trace {
  const guest = new Guest(spec, plan)
  const trace: Trace = { lines: [], roots: new Map(), ticks: 0, reloads: 0 }
  for (const number of spec.calls.keys()) {
    const end = guest.call(number, marks, trace)
    trace.lines.push(guest.line(number))
    if (guest.m.status === 'trapped') guest.m.recover()
    if (end === 'capped' || guest.m.status === 'exited') break
  }
  trace.lines.push(`bytes ${guest.bytes()}`, `root ${guest.root()}`)
  return { ...trace, ticks: guest.m.ticks }
}
