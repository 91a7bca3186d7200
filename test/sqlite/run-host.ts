// A process: the shell on the host's WebAssembly and WASI, counting its own ticks. One process for
// each program: node:wasi keeps a program's memory in the calls that it hands out, hence a closure
// around each. Parameter: the SQL script's path, or none.
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WASI } from 'node:wasi'
import { COUNTER, countTicks } from '../ticks/rewriter.ts'
import { print } from './machine.ts'
import { newFolder, scriptPath, shellArguments, shellEnvironment, shellPath } from './shell.ts'

const folder = newFolder()
const paths = { stdout: join(folder, 'stdout'), stderr: join(folder, 'stderr') }
const stdin = openSync(process.argv[2] ?? scriptPath, 'r')
const stdout = openSync(paths.stdout, 'w')
const stderr = openSync(paths.stderr, 'w')

const wasi = new WASI({
  version: 'unstable',
  args: [...shellArguments],
  env: { ...shellEnvironment },
  stdin,
  stdout,
  stderr,
  returnOnExit: true,
})
const calls: Record<string, (...args: unknown[]) => unknown> = {}
for (const [name, call] of Object.entries(wasi.wasiImport)) {
  calls[name] = (...args: unknown[]) => (call as (...args: unknown[]) => unknown)(...args)
}
const module = new WebAssembly.Module(countTicks(readFileSync(shellPath)))
const instance = new WebAssembly.Instance(module, { wasi_unstable: calls })
const exitCode = wasi.start(instance)
for (const fd of [stdin, stdout, stderr]) closeSync(fd)
print({
  ticks: Number((instance.exports[COUNTER] as { value: bigint }).value),
  exitCode,
  stdout: readFileSync(paths.stdout).toString('hex'),
  stderr: readFileSync(paths.stderr).toString('hex'),
})
