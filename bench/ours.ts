// Our side of a contest: what the benches share.
import { exportOf } from '../src/machine/instantiate.ts'
import type { Machine } from '../src/machine/machine.ts'
import type { Engine } from '../src/machine/run.ts'
import type { FunctionInstance } from '../src/machine/store.ts'

export const sideName = (engine: Engine): string => (engine === 'auto' ? 'vac' : engine)

export function exportedFunction(m: Machine, instance: number, name: string): FunctionInstance {
  const { program } = m.store.instances[instance]
  const entry = program.exports.find((one) => one.name === name && one.kind === 'func')
  const found = entry === undefined ? null : exportOf(m, instance, entry)
  if (found?.kind !== 'func') throw new Error(`the program exports no function ${name}`)
  return found.fn
}
