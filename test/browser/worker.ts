// Runs in a worker of the browser: a program on the machine, with what the server says it begins
// with. The result goes back to the server. (A page itself may not compile large modules at once.)
import { Blob } from '../../src/memory/file-bytes.ts'
import { type EngineName, start, type TreeEntry } from '../../src/vac.ts'
import type { Begin, BrowserRun } from './served-case.ts'

const bytesOf = (base64: string): Uint8Array => Uint8Array.fromBase64(base64)

const entryOf = ({ path, base64 }: Begin['tree'][number]): TreeEntry =>
  base64 === null
    ? { path, kind: 'directory' }
    : { path, kind: 'file', content: new Blob(bytesOf(base64)) }

async function runCase(name: string, engine: EngineName): Promise<BrowserRun> {
  const begin = (await (await fetch(`/case/${name}/begin`)).json()) as Begin
  const program = new Uint8Array(await (await fetch(`/case/${name}/program`)).arrayBuffer())
  let stdout = ''
  const { vac, instance } = await start(program, {
    engine,
    output: (stream, bytes) => {
      if (stream === 'stdout') stdout += bytes.toHex()
    },
    ...(begin.tree.length === 0
      ? {}
      : { directories: [{ guestPath: '/', tree: begin.tree.map(entryOf) }] }),
  })
  vac.start(begin.args, begin.environment)
  if (begin.input !== '') vac.input(bytesOf(begin.input))
  vac.input(null)
  instance.begin('_start')
  vac.run()
  const { compiledTicks } = vac.engineFacts
  const { ticks, exitCode } = vac
  return { ticks, root: vac.root(), exitCode, stdout, compiledTicks }
}

const words = new URL(import.meta.url).searchParams
let result: BrowserRun | { error: string }
try {
  result = await runCase(words.get('case') ?? '', words.get('engine') as EngineName)
} catch (error) {
  result = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
await fetch('/result', { method: 'POST', body: JSON.stringify(result) })
