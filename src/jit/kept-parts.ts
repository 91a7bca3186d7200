// Code as it is kept from one process to the next: parts behind a magic number, each with its
// length before it.

/** A place for the bytes. */
export interface KeptBytes {
  readonly get: () => Uint8Array<ArrayBuffer> | null
  readonly put: (bytes: Uint8Array) => void
}

const MAGIC = 0x31_54_42_56
const HEADER_BYTES = 4

export function joinParts(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const sizeBytes = parts.reduce((sum, { length }) => sum + HEADER_BYTES + length, HEADER_BYTES)
  const all = new Uint8Array(sizeBytes)
  const view = new DataView(all.buffer)
  view.setUint32(0, MAGIC, true)
  let at = HEADER_BYTES
  for (const part of parts) {
    view.setUint32(at, part.length, true)
    all.set(part, at + HEADER_BYTES)
    at += HEADER_BYTES + part.length
  }
  return all
}

/** The parts of what was kept; null: it has another form. */
export function partsOf(kept: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] | null {
  const view = new DataView(kept.buffer, kept.byteOffset, kept.length)
  if (kept.length < 2 * HEADER_BYTES || view.getUint32(0, true) !== MAGIC) return null
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let at = HEADER_BYTES; at < kept.length; ) {
    if (at + HEADER_BYTES > kept.length) return null
    const from = at + HEADER_BYTES
    at = from + view.getUint32(at, true)
    if (at > kept.length) return null
    parts.push(kept.subarray(from, at))
  }
  return parts
}
