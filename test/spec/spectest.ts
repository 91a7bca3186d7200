// The host module `spectest` that the suite's modules import from, as entities of the machine's
// store.
import { Heap, type Kind, Kinds, refType } from '../../src/isa/types.ts'
import { addGlobal, addMemory, addTable } from '../../src/machine/instantiate.ts'
import { addHostFunction, type Extern } from '../../src/machine/link.ts'
import type { Machine } from '../../src/machine/machine.ts'

const FUNCREF = refType(Heap.func, true)
const noTypes = new Uint32Array(0)

const prints: Record<string, Kind[]> = {
  print: [],
  print_i32: [Kinds.i32],
  print_i64: [Kinds.i64],
  print_f32: [Kinds.f32],
  print_f64: [Kinds.f64],
  print_i32_f32: [Kinds.i32, Kinds.f32],
  print_f64_f64: [Kinds.f64, Kinds.f64],
}

function globalOf(m: Machine, kind: Kind, bits: bigint): Extern {
  const number = addGlobal(m, noTypes, { type: kind, mutable: false })
  m.store.globalWords[number * 4] = Number(BigInt.asIntN(32, bits))
  m.store.globalWords[number * 4 + 1] = Number(BigInt.asIntN(32, bits >> 32n))
  return { kind: 'global', number }
}

function tableOf(m: Machine, wide: boolean): Extern {
  const limits = { min: 10n, max: 20n, wide, shared: false }
  return { kind: 'table', number: addTable(m, noTypes, { element: FUNCREF, limits }) }
}

export function spectest(m: Machine): ReadonlyMap<string, Extern> {
  const module = new Map<string, Extern>()
  for (const [name, params] of Object.entries(prints)) {
    const call = (): 'done' => 'done'
    const fn = addHostFunction(m, { name: `spectest.${name}`, params, results: [], call })
    module.set(name, { kind: 'func', fn })
  }
  // 666.6 as f32 and as f64.
  module.set('global_i32', globalOf(m, Kinds.i32, 666n))
  module.set('global_i64', globalOf(m, Kinds.i64, 666n))
  module.set('global_f32', globalOf(m, Kinds.f32, 0x4426a666n))
  module.set('global_f64', globalOf(m, Kinds.f64, 0x4084d4cccccccccdn))
  module.set('table', tableOf(m, false))
  module.set('table64', tableOf(m, true))
  const limits = { min: 1n, max: 2n, wide: false, shared: false }
  module.set('memory', { kind: 'memory', number: addMemory(m, limits) })
  return module
}
