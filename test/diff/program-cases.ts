// The programs that are compared, each as a new machine before its first tick.
import { readFileSync } from 'node:fs'
import { start, type Vac } from '../../src/vac.ts'
import { caseNamed, environment, filesOf, programFile } from '../programs/cases.ts'
import { treeOf } from '../programs/files.ts'
import { newShell, type Written } from '../sqlite/machine.ts'

/** `stops`: how many a short run makes; the roots of a large memory take long. */
export const programs = [
  { name: 'CPython', stops: 10 },
  { name: 'QuickJS', stops: 20 },
  { name: 'SQLite', stops: 20 },
] as const

export function newProgram(name: string, written: Written): Promise<Vac> {
  return name === 'SQLite' ? newShell(written) : newCase(name, written)
}

async function newCase(name: string, written: Written): Promise<Vac> {
  const entry = caseNamed(name)
  const top = filesOf(entry)
  const [step] = entry.steps
  const { vac, instance } = await start(readFileSync(programFile(step, top)), {
    output: written.sink,
    directories: [{ guestPath: '/', tree: treeOf(top) }],
  })
  vac.start(
    step.args,
    Object.entries(environment).map(([key, value]) => `${key}=${value}`),
  )
  vac.input(null)
  instance.begin('_start')
  return vac
}
