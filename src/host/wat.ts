// WebAssembly text to binary, by the `wabt` package where it is installed.
import { VacError } from '../base/errors.ts'

/** The binary of a module's text; WAT_SYNTAX where it does not parse. */
export async function parseWat(text: string, name: string): Promise<Uint8Array> {
  const wabt = await load()
  try {
    const parsed = wabt.parseWat(name, text, {
      exceptions: true,
      mutable_globals: true,
      sat_float_to_int: true,
      sign_extension: true,
      simd: true,
      multi_value: true,
      bulk_memory: true,
      reference_types: true,
      tail_call: true,
      memory64: true,
      extended_const: true,
      multi_memory: true,
      function_references: true,
    } as Parameters<typeof wabt.parseWat>[2])
    try {
      return parsed.toBinary({ write_debug_names: true }).buffer
    } finally {
      parsed.destroy()
    }
  } catch (error) {
    throw refusal(error, name)
  }
}

async function load() {
  try {
    const { default: init } = await import('wabt')
    return await init()
  } catch {
    throw new VacError('WAT_SYNTAX', {
      found: 'no reader of WebAssembly text on this host',
      hint: 'npm install wabt, or compile the text to .wasm with wat2wasm',
    })
  }
}

/**
 * The reader's first complaint with its place; where it broke down itself, the text is nested too
 * deep.
 */
function refusal(error: unknown, name: string): VacError {
  const text = error instanceof Error ? error.message : String(error)
  const complaint = /:(\d+):(\d+): error: (.*)/.exec(text)
  if (complaint === null) {
    return new VacError('WAT_SYNTAX', {
      where: name,
      found:
        error instanceof WebAssembly.RuntimeError ? 'text nested too deep' : text.slice(0, 200),
    })
  }
  const [, line, column, found] = complaint
  return new VacError('WAT_SYNTAX', {
    where: `${name}, line ${line}, column ${column}`,
    found: found.slice(0, 200),
  })
}
