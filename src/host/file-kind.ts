// What a file is, by its first bytes: never by its name.
import { MAGIC } from '../isa/codec/encode.ts'
import { STATE_MAGIC } from '../machine/state/state-format.ts'

export type FileKind = 'wasm' | 'component' | 'atom' | 'state' | 'wat' | 'vasm' | 'unknown'

const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d]
const SAMPLE_BYTES = 4096

export function fileKind(bytes: Uint8Array): FileKind {
  const begins = (magic: readonly number[]): boolean =>
    bytes.length >= magic.length && magic.every((byte, at) => bytes[at] === byte)
  if (begins(WASM_MAGIC)) return bytes[6] === 1 && bytes[4] !== 1 ? 'component' : 'wasm'
  if (begins(MAGIC)) return 'atom'
  if (begins(STATE_MAGIC)) return 'state'
  if (bytes.length === 0 || bytes.subarray(0, SAMPLE_BYTES).includes(0)) return 'unknown'
  return firstSign(new TextDecoder().decode(bytes.subarray(0, 1 << 20)))
}

/** WebAssembly text begins with a parenthesis, after blanks and comments; assembly never does. */
function firstSign(text: string): FileKind {
  let at = 0
  for (;;) {
    while (at < text.length && ' \t\r\n\ufeff'.includes(text[at])) at++
    if (text.startsWith(';', at)) {
      const end = text.indexOf('\n', at)
      if (end < 0) return 'vasm'
      at = end
    } else if (text.startsWith('(;', at)) {
      return 'wat'
    } else {
      break
    }
  }
  if (text.includes('\ufffd')) return 'unknown'
  return text[at] === '(' ? 'wat' : 'vasm'
}
