// A process: one step on the host's WebAssembly and WASI. node:wasi keeps a program's memory in the
// calls that it hands out, hence one process for each program and a closure around each call.
// Parameters: case, number of the step, the folder that stands for `/`.
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WASI } from 'node:wasi'
import { caseNamed, environment, programFile } from './cases.ts'
import { print } from './result.ts'

const [name, number, top] = process.argv.slice(2)
const step = caseNamed(name).steps[Number(number)]
const module = new WebAssembly.Module(readFileSync(programFile(step, top)))
const imports = WebAssembly.Module.imports(module)
const dialect = imports[0]?.module ?? 'wasi_snapshot_preview1'

const at = (file: string): string => join(`${top}.io`, file)
writeFileSync(at('stdin'), '')
const [stdin, stdout, stderr] = [
  openSync(at('stdin'), 'r'),
  openSync(at('stdout'), 'w'),
  openSync(at('stderr'), 'w'),
]
const wasi = new WASI({
  version: dialect === 'wasi_unstable' ? 'unstable' : 'preview1',
  args: [...step.args],
  env: { ...environment },
  preopens: { '/': top },
  stdin,
  stdout,
  stderr,
  returnOnExit: true,
})
const ENOSYS = 52
type Call = (...args: never[]) => unknown
const calls: Record<string, Call> = {}
for (const entry of imports) {
  const call = wasi.wasiImport[entry.name] as Call | undefined
  calls[entry.name] = (...args) => (call === undefined ? ENOSYS : call(...args))
}

let instance: WebAssembly.Instance | null = null
const guest = (): WebAssembly.Instance => instance as WebAssembly.Instance

// node:wasi answers both dialects in the later one's layout and numbers; the earlier one's filestat
// has a 32-bit link count and 56 bytes in all, and its whence counts from the current position.
if (dialect === 'wasi_unstable') {
  const LATER = 64
  const narrow = (name: string, pointer: number): void => {
    const call = calls[name]
    calls[name] = (...args) => {
      const at = args[pointer] as number
      const { buffer } = guest().exports['memory'] as WebAssembly.Memory
      const bytes = new Uint8Array(buffer, at, LATER)
      const before = bytes.slice()
      const errno = call(...args)
      const later = bytes.slice()
      bytes.set(before)
      if (errno !== 0) return errno
      bytes.set(later.subarray(0, 17))
      bytes.set(later.subarray(24, 28), 20)
      bytes.set(later.subarray(32, 64), 24)
      return errno
    }
  }
  narrow('fd_filestat_get', 1)
  narrow('path_filestat_get', 4)
  const seek = calls['fd_seek'] as (...args: unknown[]) => unknown
  calls['fd_seek'] = (...args: unknown[]) => {
    const [fd, offset, whence, result] = args
    return seek(fd, offset, [1, 2, 0][whence as number] ?? whence, result)
  }
}
instance = new WebAssembly.Instance(module, { [dialect]: calls })
const exitCode = wasi.start(instance)
for (const fd of [stdin, stdout, stderr]) closeSync(fd)
const hexOf = (file: string): string => readFileSync(at(file)).toString('hex')
print({ exitCode, stdout: hexOf('stdout'), stderr: hexOf('stderr') })
