// Names and paths as text: their order, their lengths, what makes one refused.
import { decodeUtf8 } from '../../base/bytes.ts'
import { PATH_BYTES, pathTooLong } from '../../machine/file-tree.ts'
import type { Answer } from './file-error.ts'

/** UTF-8 bytes as the guest has them, or text. */
export type Path = Uint8Array | string

/**
 * The order of UTF-8 bytes, which is that of code points: surrogates come after U+E000 to U+FFFF.
 */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

const rank = (unit: number): number =>
  unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800

/** The text of a path or of a link's target that stays below where it stands. */
export function relativeText(path: Path): Answer<{ text: string }> {
  if (typeof path !== 'string' && path.length > PATH_BYTES) return 'nametoolong'
  const text = typeof path === 'string' ? path : decodeUtf8(path)
  if (text === null || !text.isWellFormed()) return 'ilseq'
  if (text === '') return 'noent'
  if (text.includes('\0')) return 'inval'
  if (text.startsWith('/')) return 'notcapable'
  return pathTooLong(text) ? 'nametoolong' : { text }
}
