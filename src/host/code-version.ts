// What our own code is, as far as it decides what is kept on disk of a program.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The rooms that decide what a file translates to, its hash, and its compiled code. */
const rooms = ['base', 'isa', 'jit', 'machine/state', 'memory', 'wasm'] as const

/**
 * Our own files are the version: no number that somebody forgets to raise. In the bundle that
 * `./vac` starts, this is a constant.
 */
export function codeVersion(): Buffer {
  const hash = createHash('sha256')
  for (const room of rooms) {
    const folder = join(import.meta.dirname, '..', room)
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      if (/\.[jt]s$/.test(name) && !/\.test\.|\.d\.ts$/.test(name)) {
        hash.update(name).update(readFileSync(join(folder, name)))
      }
    }
  }
  return hash.digest()
}
