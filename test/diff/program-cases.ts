// The programs that are compared, each as a new machine before its first tick.
import { readFileSync } from 'node:fs'
import type { Vac } from '../../src/vac.ts'
import { beginStep } from '../programs/begin.ts'
import { caseNamed, filesOf, programFile } from '../programs/cases.ts'
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

function newCase(name: string, written: Written): Promise<Vac> {
  const entry = caseNamed(name)
  const top = filesOf(entry)
  const [step] = entry.steps
  return beginStep(step, readFileSync(programFile(step, top)), treeOf(top), written)
}
