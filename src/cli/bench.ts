// vac bench: runs the checkout's benches in a process of their own, so that nothing here warms or
// weighs them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { VacError } from '../base/errors.ts'
import { benchOptions } from './bench-options.ts'
import type { Given } from './options.ts'
import type { Verb } from './verb.ts'

export const benchVerb: Verb = {
  name: 'bench',
  says: 'measure VAC against its peers, in ratios of CPU time',
  usage: '[options] [NAME]',
  examples: [
    { line: 'vac bench interpreter', says: "against the host's own WebAssembly" },
    { line: 'vac bench interpreter --check', says: 'each figure beside its bar' },
    { line: 'vac bench --list', says: 'what can be measured' },
  ],
  options: benchOptions,
  optionsAnywhere: true,
  notes: 'Benches come with the checkout, not with the published package.',
  run: runBench,
}

async function runBench({ values, rest }: Given): Promise<number> {
  const path = join(import.meta.dirname, '../../bench/main.ts')
  if (!existsSync(path)) {
    throw new VacError('FILE_MISSING', { where: path, hint: 'start vac bench from a checkout' })
  }
  const options = benchOptions.flatMap(({ name, value }) =>
    (values.get(name) ?? []).map((given) => (value === null ? `--${name}` : `--${name}=${given}`)),
  )
  const quiet = '--disable-warning=ExperimentalWarning'
  const child = spawn(process.execPath, [quiet, path, ...options, '--', ...rest], {
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  return code ?? 1
}
