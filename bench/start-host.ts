// A process: what a user without VAC would write to run a Python script over node:wasi. Parameters:
// the interpreter, the folder that stands for `/`, the script's path in it.
import { readFileSync } from 'node:fs'
import { WASI } from 'node:wasi'

const [interpreter, folder, script] = process.argv.slice(2)
const wasi = new WASI({
  version: 'preview1',
  args: ['python', script],
  env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
  preopens: { '/': folder },
})
const module = await WebAssembly.compile(readFileSync(interpreter))
const imports = wasi.getImportObject() as WebAssembly.Imports
process.exitCode = wasi.start(new WebAssembly.Instance(module, imports))
