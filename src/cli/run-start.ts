// The machine that `vac run` runs: a new one with a program or a script, or a saved one.
import { basename } from 'node:path'
import { VacError } from '../base/errors.ts'
import { readInputFile } from '../host/input-file.ts'
import { Vac, type VacOptions } from '../vac.ts'
import { beginCall } from './call-text.ts'
import { type Given, has, optionValue } from './options.ts'
import { inFile, pathOf, readProgram } from './program-source.ts'
import { directoriesOf } from './run-files.ts'
import { engineOf, environmentOf, grantsOf, machineChoice, machineOptions } from './run-options.ts'
import { prepareScript, runtimeOf, type Start } from './run-script.ts'
import type { Io } from './verb.ts'

export interface Prepared {
  readonly vac: Vac
  /** null: a command, run by its _start. */
  readonly invoked: string | null
  /** Begins the program; null: it has begun. */
  readonly begin: (() => void) | null
}

/** Where what the machine lets out goes. */
export type Sinks = Required<Pick<VacOptions, 'output' | 'beams' | 'denied'>>

export async function prepare(given: Given, io: Io, sinks: Sinks): Promise<Prepared> {
  const invoked = optionValue(given, 'invoke')
  const load = optionValue(given, 'load-state')
  if (load !== null) return restore(given, load, sinks)
  const [file, ...words] = given.rest
  if (file === undefined) {
    throw new VacError('USAGE', { found: 'no program', expected: 'vac run PROGRAM' })
  }
  const env = environmentOf(given)
  const mounted = directoriesOf(given)
  const choice = await machineChoice(given)
  const { loaded, args, ...start } = await startOf(file, words, invoked, io)
  const vac = new Vac({
    ...choice,
    engine: engineOf(given),
    ...sinks,
    terminal: has(given, 'tty'),
    directories: [...start.directories, ...mounted],
  })
  return named(file, () => {
    vac.start(args, [...start.env, ...env])
    const instance = vac.instantiate(loaded, {}, 0)
    const begin = () =>
      named(file, () => beginCall(instance, invoked ?? '_start', invoked === null ? [] : words))
    return { vac, invoked, begin }
  })
}

async function startOf(
  file: string,
  words: readonly string[],
  invoked: string | null,
  io: Io,
): Promise<Start> {
  const runtime = await runtimeOf(file)
  if (runtime === null) {
    const loaded = await readProgram(file)
    const args = [programName(file), ...(invoked === null ? words : [])]
    return { loaded, args, env: [], directories: [] }
  }
  if (invoked === null) return prepareScript(file, words, runtime, io)
  throw new VacError('USAGE', { found: `--invoke beside ${file}`, expected: 'a program' })
}

/** What a program is told as its name: where it lies on this host is not its business. */
const programName = (file: string): string => (file === '-' ? 'program' : basename(file))

/** Does something about a file: errors name it. */
function named<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof VacError ? inFile(error, file) : error
  }
}

function restore(given: Given, path: string, sinks: Sinks): Prepared {
  const invoked = optionValue(given, 'invoke')
  const fixed = machineOptions.filter(({ name }) => name !== 'allow' && name !== 'deny')
  const wrong = fixed.find(({ name }) => has(given, name))
  const word = wrong === undefined ? given.rest[0] : `--${wrong.name}`
  if (wrong !== undefined || (given.rest.length > 0 && invoked === null)) {
    throw new VacError('USAGE', {
      found: `${word} beside --load-state`,
      expected: 'none: a saved machine has its program, arguments, files and manifest',
    })
  }
  const engine = engineOf(given)
  const bytes = readInputFile(pathOf(path))
  return named(path, () => {
    const vac = Vac.restore(bytes, { grants: grantsOf(given), engine, ...sinks })
    if (invoked === null) return { vac, invoked, begin: null }
    if (vac.status !== 'idle') {
      const found = `a machine that is ${vac.status}`
      throw new VacError('CALL_UNKNOWN', { found, expected: 'an idle one for --invoke' })
    }
    const instance = vac.instance(vac.machine.store.instances.length - 1)
    const begin = () => named(path, () => beginCall(instance, invoked, given.rest))
    return { vac, invoked, begin }
  })
}
