// Section `instances`: the wall's functions that instances reach, the native calls granted, and
// each instance: its program, what its imports resolved to, the entities it reaches, what is left
// of its segments.
import { type ByteReader, ByteWriter } from '../../base/bytes.ts'
import { assert, VacError } from '../../base/errors.ts'
import type { ExternType } from '../../isa/program.ts'
import { canonical } from '../../isa/type-registry.ts'
import { type Kind, kindOf } from '../../isa/types.ts'
import { isKind } from '../../isa/verify/kinds.ts'
import type { HostFunction } from '../host-function.ts'
import { addHostFunction, type Extern, linkImport } from '../link.ts'
import type { Machine } from '../machine.ts'
import { type FunctionInstance, type Instance, pushDefined, type Store } from '../store.ts'
import { WALL } from '../wall-instance.ts'
import type { Canon } from './canon.ts'
import { byCodePoint } from './state-devices.ts'
import { failAt, finish, readCount, readFlag, readIndex } from './state-format.ts'
import { checkFunction, type Referents, readWord, setWord, wordAt } from './state-words.ts'

/** Gives a function of the wall by name, or null where it is not granted. */
export type ResolveHost = (
  name: string,
  params: readonly Kind[],
  results: readonly Kind[],
) => HostFunction | null

/** Kinds of entity that an instance numbers, in the order of the encoding. */
const spaces = ['memories', 'tables', 'globals', 'tags'] as const
const spaceOf = { memory: 'memories', table: 'tables', global: 'globals', tag: 'tags' } as const

export function encodeInstances(m: Machine, canon: Canon): Uint8Array {
  const { store } = m
  // The instances first: what they reach numbers the wall's functions.
  const body = new ByteWriter()
  body.uleb(store.instances.length - 1)
  for (const instance of store.instances.slice(WALL + 1)) writeInstance(body, canon, instance)
  const grants = new ByteWriter()
  const names = [...m.syscalls.keys()].sort(byCodePoint)
  grants.uleb(names.length)
  for (const name of names) {
    const fn = m.syscalls.get(name)
    assert(fn !== undefined && fn.instance === WALL, `${name} is a function of the wall`)
    grants.text(name)
    grants.uleb(canon.functionIndex(fn))
  }
  const w = new ByteWriter()
  if (store.instances.length === 1 && names.length === 0) return w.take()
  w.raw(grants.take())
  w.raw(body.take())
  return w.take()
}

/** Written last: any section may name a function of the wall. */
export function encodeWall({ instances }: Store, canon: Canon): Uint8Array {
  const w = new ByteWriter()
  if (canon.wall.length > 0) w.uleb(canon.wall.length)
  for (const index of canon.wall) {
    const { host, paramKinds, resultKinds } = instances[WALL].functions[index]
    assert(host !== null, 'a function of the wall has a host function')
    w.text(host.name)
    w.blob(Uint8Array.from(paramKinds))
    w.blob(Uint8Array.from(resultKinds))
  }
  return w.take()
}

export function decodeWall(r: ByteReader, m: Machine, resolve: ResolveHost): void {
  const count = readCount(r, 'functions of the wall', 3)
  for (let index = 0; index < count; index++) {
    const start = r.at
    const name = r.text()
    const params = readKinds(r)
    const results = readKinds(r)
    const host = resolve(name, params, results)
    if (host === null)
      throw new VacError('LINK_UNKNOWN_IMPORT', { found: name, where: 'the state' })
    if (host.params.join() !== params.join() || host.results.join() !== results.join()) {
      throw new VacError('LINK_TYPE', { found: `another type of ${name}`, where: 'the state' })
    }
    const fn = addHostFunction(m, host)
    if (fn.index !== index) failAt(r, start, `${name} again`, 'each function once')
  }
  finish(r, 'wall')
}

function readKinds(r: ByteReader): Kind[] {
  const start = r.at
  const kinds = Array.from(r.blob(1000))
  if (!kinds.every(isKind)) failAt(r, start, `kinds ${kinds}`, 'kinds of values')
  return kinds as Kind[]
}

function writeInstance(w: ByteWriter, canon: Canon, instance: Instance): void {
  w.uleb(instance.programNumber)
  const imported = instance.functions.length - instance.program.functions.length
  for (const fn of instance.functions.slice(0, imported)) w.u64(canon.functionRef(fn))
  for (const space of spaces) {
    w.uleb(instance[space].length)
    for (const number of instance[space]) w.uleb(number)
  }
  instance.program.elements.forEach((segment, at) => {
    const words = instance.elements[at]
    w.u8(words === null ? 0 : 1)
    if (words === null) return
    for (let i = 0; i < words.length / 2; i++) {
      w.u64(canon.word(kindOf(segment.type), wordAt(words, i)))
    }
  })
  for (const bytes of instance.data) w.u8(bytes === null ? 0 : 1)
}

export interface InstanceLimits {
  /** Functions, types and imports of all instances together: what a small file may blow up to. */
  readonly limitItems: number
}

/** The instances, in place; `linkInstances` must follow once the entities are read. */
export function decodeInstances(
  r: ByteReader,
  m: Machine,
  exceptionCount: number,
  { limitItems }: InstanceLimits,
): InstancePlace[] {
  const { store } = m
  const wall = store.instances[WALL].functions
  for (let left = readCount(r, 'native calls', 2); left > 0; left--) {
    const name = r.text()
    m.syscalls.set(name, wall[readIndex(r, wall.length, 'function of the wall')])
  }
  const start = r.at
  const count = readCount(r, 'instances', 5)
  const most = m.manifest.limits.instances
  if (count > most) failAt(r, start, `${count} instances`, `at most ${most}`)
  let items = 0
  let used = 0
  const places: InstancePlace[] = []
  for (let i = 0; i < count; i++) {
    const at = r.at
    const programNumber = readIndex(r, store.programs.length, 'program')
    if (programNumber > used) failAt(r, at, `program ${programNumber}`, 'programs by first use')
    used = Math.max(used, programNumber + 1)
    const { program } = store.programs[programNumber]
    items += program.functions.length + program.types.length + program.imports.length + 1
    if (items > limitItems) failAt(r, at, `${items} functions and types`, `at most ${limitItems}`)
    const instance = readInstance(r, m, programNumber)
    store.instances.push(instance)
    readSegments(r, instance, { store, exceptionCount })
    places.push({ instance, at })
  }
  finish(r, 'instances')
  if (used < store.programs.length) failAt(r, start, `program ${used} unused`, 'none')
  return places
}

/** An instance and where it stands in the file. */
export interface InstancePlace {
  readonly instance: Instance
  readonly at: number
}

/** Checks that every entity is of the type that the program declares for it. */
export function linkInstances(r: ByteReader, m: Machine, places: readonly InstancePlace[]): void {
  for (const { instance, at } of places) {
    try {
      linkInstance(m, instance)
    } catch (error) {
      if (!(error instanceof VacError)) throw error
      failAt(r, at, error.message, 'entities of the types that the program declares')
    }
  }
}

function readInstance(r: ByteReader, m: Machine, programNumber: number): Instance {
  const { store } = m
  const number = store.instances.length
  const { program } = store.programs[programNumber]
  const typeIds = m.types.add(program.types)
  const functions = program.imports
    .filter(({ extern }) => extern.kind === 'func')
    .map(() => readImported(r, store))
  pushDefined(functions, program, typeIds, number)
  const [memories, tables, globals, tags] = spaces.map(() => readNumbers(r))
  return {
    program,
    programNumber,
    functions,
    memories,
    tables,
    globals,
    tags,
    typeIds,
    elements: [],
    data: [],
  }
}

/**
 * What is left of the segments. Their items can only name functions of this instance and earlier
 * ones.
 */
function readSegments(r: ByteReader, instance: Instance, referents: Referents): void {
  for (const segment of instance.program.elements) {
    const kind = kindOf(segment.type)
    if (!readFlag(r, 'segment left')) {
      instance.elements.push(null)
      continue
    }
    const words = new Int32Array(segment.items.length * 2)
    segment.items.forEach((_, i) => {
      setWord(words, i, readWord(r, kind, referents))
    })
    instance.elements.push(words)
  }
  for (const { bytes } of instance.program.data) {
    instance.data.push(readFlag(r, 'segment left') ? bytes : null)
  }
}

function readImported(r: ByteReader, store: Store): FunctionInstance {
  const at = r.at
  const word = r.u64()
  checkFunction(r, at, word, store)
  return store.instances[Number(word >> 32n) - 1].functions[Number(word & 0xffffffffn)]
}

const readNumbers = (r: ByteReader): Uint32Array => {
  const numbers = new Uint32Array(readCount(r, 'entities'))
  for (let i = 0; i < numbers.length; i++) numbers[i] = readIndex(r, 2 ** 32, 'entity')
  return numbers
}

/**
 * Every entity is of the type that the program declares: imports by the rules of linking, its own
 * exactly.
 */
function linkInstance(m: Machine, instance: Instance): void {
  const { program, typeIds, functions } = instance
  const taken = { func: 0, memory: 0, table: 0, global: 0, tag: 0 }
  for (const wanted of program.imports) {
    const { kind } = wanted.extern
    const at = taken[kind]++
    if (kind === 'func') linkImport(m, typeIds, wanted, { kind, fn: functions[at] })
    else linkImport(m, typeIds, wanted, entity(m.store, instance, kind, at))
  }
  const own = (extern: Exclude<ExternType, { kind: 'func' }>): void => {
    const found = entity(m.store, instance, extern.kind, taken[extern.kind]++)
    linkImport(m, typeIds, { module: 'own', name: extern.kind, extern }, found)
  }
  for (const memory of program.memories) own({ kind: 'memory', memory })
  for (const { table } of program.tables) own({ kind: 'table', table })
  for (const { global } of program.globals) own({ kind: 'global', global })
  for (const type of program.tags) own({ kind: 'tag', type })
  for (const kind of ['memory', 'table', 'global', 'tag'] as const) {
    const { length } = instance[spaceOf[kind]]
    if (length !== taken[kind]) refuse(`${length} of kind ${kind}`, `${taken[kind]}`)
  }
  program.globals.forEach(({ global }, i) => {
    const at = instance.globals.length - program.globals.length + i
    const { type } = m.store.globals[instance.globals[at]]
    if (type.type !== canonical(global.type, typeIds)) refuse('a global of a subtype', 'its type')
  })
}

function entity(store: Store, instance: Instance, kind: keyof typeof spaceOf, at: number): Extern {
  const number = instance[spaceOf[kind]][at]
  if (number === undefined) refuse(`${at} of kind ${kind}`, 'one more')
  const { length } = store[spaceOf[kind]]
  if (number >= length) refuse(`${kind} ${number}`, `below ${length}`)
  return { kind, number }
}

function refuse(found: string, expected: string): never {
  throw new VacError('LINK_TYPE', { found, expected })
}
