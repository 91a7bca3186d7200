// The four ways a module is turned away, each with the offset of the first byte at fault.
import { VacError } from '../base/errors.ts'

const at = (offset: number): string => `offset 0x${offset.toString(16)}`

/** The bytes are not a module at all: the binary grammar is broken. */
export function malformed(offset: number, found: string, expected: string): never {
  throw new VacError('WASM_MALFORMED', { found, expected, where: at(offset) })
}

/** The bytes are a module, but a rule of validation is broken. */
export function invalid(offset: number, found: string, expected: string): never {
  throw new VacError('WASM_INVALID', { found, expected, where: at(offset) })
}

/** WebAssembly has it, VAC does not run it. */
export function unsupported(offset: number, found: string, hint: string): never {
  throw new VacError('WASM_UNSUPPORTED', { found, where: at(offset), hint })
}

/** More of something than this implementation takes (module.ts, wasmLimits). */
export function overLimit(offset: number, what: string, found: number, limit: number): never {
  throw new VacError('WASM_LIMIT', {
    found: `${found} ${what}`,
    expected: `at most ${limit}`,
    where: at(offset),
  })
}
