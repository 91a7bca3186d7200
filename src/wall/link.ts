// Linking a program to the wall: each import and native call resolves to what was granted, or the
// program is refused with the name of what it lacks. Nothing else is ever offered.
import { VacError } from '../base/errors.ts'
import type { Import, Program } from '../isa/program.ts'
import { summaryOf } from '../isa/summary.ts'
import { syscallByNumber } from '../isa/syscalls.ts'
import { type Kind, Kinds, kindNames, kindOf } from '../isa/types.ts'
import type { HostFunction } from '../machine/host-function.ts'
import { type Instantiated, instantiate } from '../machine/instantiate.ts'
import { addHostFunction, type Extern } from '../machine/link.ts'
import type { Machine } from '../machine/machine.ts'
import type { ProgramHash } from '../machine/store.ts'
import { type Capability, type Grants, opens } from './capabilities.ts'
import { nativeCalls, nativeFunction } from './native.ts'
import { type Dialect, hostFunction, type WasiCall } from './wasi/call.ts'
import { Errno } from './wasi/errno.ts'
import { isDialect, wasiCallByName } from './wasi/table.ts'
import type { World } from './world.ts'

interface Signature {
  readonly params: readonly Kind[]
  readonly results: readonly Kind[]
}

/** What a program wants from outside: an import, or a native call (module `sys`). */
export interface Requirement {
  readonly module: string
  readonly name: string
  readonly kind: Import['extern']['kind']
  /** unknown: the wall has no such thing. absent: it answers ENOSYS. */
  readonly known: 'call' | 'absent' | 'unknown'
  /** Any one of these capabilities opens it; none: it is open to all. */
  readonly needs: readonly Capability[]
}

/** Everything that a program wants from outside, imports first; each native call once. */
export function requirementsOf(program: Program): Requirement[] {
  return [...program.imports.map((wanted) => ofImport(program, wanted)), ...nativeOf(program)]
}

function ofImport(program: Program, wanted: Import): Requirement {
  const { module, name, extern } = wanted
  const about = { module, name, kind: extern.kind }
  if (extern.kind !== 'func' || !isDialect(module)) return { ...about, known: 'unknown', needs: [] }
  const call = wasiCallByName.get(name)
  if (call !== undefined) return { ...about, known: 'call', needs: call.needs }
  const answers = resultsOf(program, extern.type).join() === `${Kinds.i32}`
  return { ...about, known: answers ? 'absent' : 'unknown', needs: [] }
}

const resultsOf = (program: Program, type: number): Kind[] =>
  program.types[type].results.map(kindOf)

function nativeOf(program: Program): Requirement[] {
  return summaryOf(program).syscalls.map((number) => {
    const name = syscallByNumber.get(number)?.name ?? `${number}`
    const call = nativeCalls.get(name)
    const known = call === undefined ? 'unknown' : 'call'
    return { module: 'sys', name, kind: 'func', known, needs: call?.needs ?? [] }
  })
}

const isGranted = (grants: Grants, { known, needs }: Requirement): boolean =>
  known !== 'unknown' && opens(grants, needs)

/** Refuses what is not met: LINK_UNKNOWN_IMPORT names the first and says what to grant for all. */
function refuse(unmet: readonly Requirement[]): never {
  const [{ module, name, known, needs }] = unmet
  const more = unmet.length === 1 ? '' : ` (and ${unmet.length - 1} more)`
  const grants = new Set(unmet.filter((one) => one.needs.length > 0).map((one) => one.needs[0]))
  const options = [...grants].map((capability) => `--allow ${capability}`)
  throw new VacError('LINK_UNKNOWN_IMPORT', {
    found: `${module}.${name}${more}`,
    ...(known === 'unknown'
      ? { expected: 'calls of WASI preview 1 or of sys', hint: 'vac inspect lists the imports' }
      : {
          expected: `the capability ${needs.join(' or ')}`,
          hint: `grant it: ${options.join(' ')}`,
        }),
  })
}

/**
 * The function of the wall that stands for an import or native call; null: not granted, or none
 * there.
 */
export function wallFunction(
  world: World,
  module: string,
  name: string,
  signature: Signature,
): HostFunction | null {
  if (module === 'sys') {
    const call = nativeCalls.get(name)
    const granted = call !== undefined && opens(world.grants, call.needs)
    return granted ? nativeFunction(name, world) : null
  }
  if (!isDialect(module)) return null
  const call = wasiCallByName.get(name)
  if (call === undefined || isForeignSocket(call, signature)) return absent(module, name, signature)
  return opens(world.grants, call.needs) ? hostFunction(call, world, module) : null
}

/** The same by its whole name, as `sys.exit`: for the functions of a state. */
export function wallFunctionNamed(
  world: World,
  name: string,
  params: readonly Kind[],
  results: readonly Kind[],
): HostFunction | null {
  const dot = name.indexOf('.')
  return wallFunction(world, name.slice(0, dot), name.slice(dot + 1), { params, results })
}

/**
 * WasmEdge has socket calls of its own under WASI's names; as there are no sockets, they may link.
 */
const isForeignSocket = ({ name, params }: WasiCall, signature: Signature): boolean =>
  name.startsWith('sock_') && params !== signature.params.map((kind) => kindNames[kind]).join(' ')

/**
 * A call that WASI does not have, or not any more: it links, so that the program starts, and says
 * so.
 */
function absent(
  module: Dialect,
  name: string,
  { params, results }: Signature,
): HostFunction | null {
  if (results.length !== 1 || results[0] !== Kinds.i32) return null
  return {
    name: `${module}.${name}`,
    params,
    results,
    call: ({ machine, base }) => {
      machine.words.I32[2 * base] = Errno.nosys
      machine.words.I32[2 * base + 1] = 0
      return 'done'
    },
  }
}

/**
 * Makes an instance of a program. `others` is asked first: it may offer exports of other instances.
 * A start function is left to run: the machine is then `running`.
 */
export function linkProgram(
  machine: Machine,
  program: Program,
  hash: ProgramHash,
  world: World,
  others: (wanted: Import) => Extern | null = () => null,
): Instantiated {
  const offered = new Map(program.imports.map((wanted) => [wanted, others(wanted)]))
  const requirements = requirementsOf(program)
  const unmet = requirements.filter(
    (one, at) => !isGranted(world.grants, one) && !offered.get(program.imports[at]),
  )
  if (unmet.length > 0) refuse(unmet)
  const made = instantiate(machine, program, hash, (wanted) => {
    const other = offered.get(wanted)
    if (other) return other
    const { module, name, extern } = wanted
    if (extern.kind !== 'func') return null
    const type = program.types[extern.type]
    const signature = { params: type.params.map(kindOf), results: type.results.map(kindOf) }
    const host = wallFunction(world, module, name, signature)
    return host === null ? null : { kind: 'func', fn: addHostFunction(machine, host) }
  })
  // Last: a program that does not link leaves no trace.
  for (const { name } of requirements.slice(program.imports.length)) {
    const native = nativeFunction(name, world)
    if (native !== null) machine.syscalls.set(name, addHostFunction(machine, native))
  }
  return made
}
