// Linking: does what is offered for an import have the type that the program wants? WebAssembly's
// matching rules.
import { VacError } from '../base/errors.ts'
import type { Import, Limits } from '../isa/program.ts'
import { canonical } from '../isa/type-registry.ts'
import { Heap, type ValType, wordsOfAll } from '../isa/types.ts'
import type { HostFunction } from './host-function.ts'
import type { Machine } from './machine.ts'
import type { FunctionInstance } from './store.ts'
import { WALL } from './wall-instance.ts'

export type Extern =
  | { readonly kind: 'func'; readonly fn: FunctionInstance }
  | { readonly kind: 'memory' | 'table' | 'global' | 'tag'; readonly number: number }

/** Makes a function of the wall known to the machine: the same one for the same name and type. */
export function addHostFunction(m: Machine, host: HostFunction): FunctionInstance {
  const wall = m.store.instances[WALL].functions
  const known = wall.find((fn) => fn.host?.name === host.name && sameKinds(fn, host))
  if (known !== undefined) return known
  const [typeId] = m.types.add([
    {
      params: host.params.map(typeOfKind),
      results: host.results.map(typeOfKind),
      groupStart: 0,
      groupSize: 1,
      final: true,
      super: -1,
    },
  ])
  const fn: FunctionInstance = {
    instance: WALL,
    index: wall.length,
    typeId,
    paramKinds: host.params,
    resultKinds: host.results,
    paramWords: wordsOfAll(host.params),
    resultWords: wordsOfAll(host.results),
    def: null,
    host,
    facts: null,
    lane: null,
  }
  wall.push(fn)
  return fn
}

const sameKinds = (fn: FunctionInstance, host: HostFunction): boolean =>
  fn.paramKinds.join() === host.params.join() && fn.resultKinds.join() === host.results.join()

/** The nullable, most general type of a kind. */
function typeOfKind(kind: number): ValType {
  const heaps = [Heap.func, Heap.extern, Heap.exn, Heap.any]
  return kind <= 5 ? kind : heaps[kind - 6] * 16 + 14
}

/** Gives what was found back where it matches; LINK_TYPE otherwise. */
export function linkImport(
  m: Machine,
  typeIds: Uint32Array,
  wanted: Import,
  found: Extern,
): Extern {
  if (!matches(m, typeIds, wanted, found)) {
    throw new VacError('LINK_TYPE', {
      found: `a ${found.kind} of another type`,
      expected: `a ${wanted.extern.kind}`,
      where: `${wanted.module}.${wanted.name}`,
    })
  }
  return found
}

function matches(m: Machine, typeIds: Uint32Array, { extern }: Import, found: Extern): boolean {
  if (extern.kind === 'func') {
    if (found.kind !== 'func') return false
    const wantedId = typeIds[extern.type]
    return found.fn.typeId === wantedId || m.types.isSubtype(found.fn.typeId, wantedId)
  }
  if (found.kind !== extern.kind) return false
  switch (extern.kind) {
    case 'memory': {
      const memory = m.store.memories[found.number]
      return limitsMatch(memory.sizePages, memory.limits, extern.memory)
    }
    case 'table': {
      const table = m.store.tables[found.number]
      return (
        table.type.element === canonical(extern.table.element, typeIds) &&
        limitsMatch(table.size, table.type.limits, extern.table.limits)
      )
    }
    case 'global': {
      const { type } = m.store.globals[found.number]
      const wanted = canonical(extern.global.type, typeIds)
      if (type.mutable !== extern.global.mutable) return false
      return type.mutable ? type.type === wanted : m.types.valueMatches(type.type, wanted)
    }
    default:
      return m.store.tags[found.number].typeId === typeIds[extern.type]
  }
}

function limitsMatch(size: number, has: Limits, wants: Limits): boolean {
  if (has.wide !== wants.wide || has.shared !== wants.shared) return false
  if (BigInt(size) < wants.min) return false
  return wants.max === null || (has.max !== null && has.max <= wants.max)
}
