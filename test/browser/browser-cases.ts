// The programs that the browser runs, and Node beside it.
import { readFileSync } from 'node:fs'
import type { TreeEntry } from '../../src/vac.ts'
import { caseNamed, environment, filesOf, programFile } from '../programs/cases.ts'
import { treeOf } from '../programs/files.ts'
import { scriptPath, shellArguments, shellEnvironment, shellPath } from '../sqlite/shell.ts'

export const browserCases = ['CPython', 'QuickJS', 'SQLite'] as const

export interface BrowserCase {
  readonly program: Uint8Array
  readonly args: readonly string[]
  readonly environment: readonly string[]
  readonly input: Uint8Array
  readonly tree: readonly TreeEntry[]
}

const linesOf = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).map(([name, value]) => `${name}=${value}`)

export function caseOf(name: string): BrowserCase {
  if (name === 'SQLite') {
    return {
      program: readFileSync(shellPath),
      args: shellArguments,
      environment: linesOf(shellEnvironment),
      input: readFileSync(scriptPath),
      tree: [],
    }
  }
  const entry = caseNamed(name)
  const top = filesOf(entry)
  const [step] = entry.steps
  return {
    program: readFileSync(programFile(step, top)),
    args: step.args,
    environment: linesOf(environment),
    input: new Uint8Array(0),
    tree: treeOf(top),
  }
}
