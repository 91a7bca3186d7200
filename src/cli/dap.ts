// vac dap: recorded runs for debuggers, by the Debug Adapter Protocol.
import { VacError } from '../base/errors.ts'
import { interruption } from './interruption.ts'
import { type Given, type OptionRow, wholeNumber } from './options.ts'
import type { Io, Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  {
    name: 'port',
    value: 'N',
    says: 'listen on this port of the host itself, for any number of sessions; 0: a free one',
  },
]

export const dapVerb: Verb = {
  name: 'dap',
  says: 'let an editor debug recorded runs, forwards and backwards',
  usage: '[--port N]',
  examples: [
    { line: 'vac dap', says: 'what an editor starts' },
    { line: 'vac dap --port 4711', says: 'what an editor connects to' },
  ],
  options,
  optionsAnywhere: true,
  notes: `The Debug Adapter Protocol on standard input and output, or on a port of 127.0.0.1.
A session is launched with {"recording": PATH}, or with {"program": PATH, "args": [...]},
which is recorded first. docs/guide.md has what editors are told.`,
  run: runDap,
}

async function runDap(given: Given, io: Io): Promise<number> {
  if (given.rest.length > 0) {
    throw new VacError('USAGE', { found: given.rest.join(' '), expected: 'vac dap [--port N]' })
  }
  const port = wholeNumber(given, 'port', 0, 65_535)
  const { serveStreams, servePort } = await import('../server/dap/serve.ts')
  const { startVac } = await import('../server/dap/program-launch.ts')
  if (port === null) {
    await serveStreams(process.stdin, process.stdout, startVac)
    process.stdin.destroy()
    return 0
  }
  const interrupt = interruption()
  const abort = new AbortController()
  interrupt.happened.then(() => abort.abort())
  await servePort(port, startVac, {
    signal: abort.signal,
    listening: (found) => io.tell(`listening on 127.0.0.1:${found}; Ctrl-C ends it`),
  })
  interrupt.stopListening()
  return 130
}
