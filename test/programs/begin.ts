// A step of a case, begun in a machine of its own that has a tree of files at its root.
import { type EngineName, start, type TreeEntry, type Vac } from '../../src/vac.ts'
import type { Written } from '../sqlite/machine.ts'
import { environment, type Step } from './cases.ts'

export async function beginStep(
  { args }: Step,
  program: Uint8Array,
  tree: readonly TreeEntry[],
  written: Written,
  engine: EngineName = 'auto',
  input: Uint8Array | null = null,
): Promise<Vac> {
  const { vac, instance } = await start(program, {
    engine,
    output: written.sink,
    directories: [{ guestPath: '/', tree }],
  })
  vac.start(
    args,
    Object.entries(environment).map(([key, value]) => `${key}=${value}`),
  )
  if (input !== null) vac.input(input)
  vac.input(null)
  instance.begin('_start')
  return vac
}
