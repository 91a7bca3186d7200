// Where the bytes of a variable are: in memory, in values of the frame, or in pieces of both.

/** What a stopped frame can tell; null: that is not there, or not kept. */
export interface FrameValues {
  /** Bits of a local, a global or an operand, counted from the bottom. */
  local(index: number): bigint | null
  global(index: number): bigint | null
  operand(index: number): bigint | null
  memory(address: number, sizeBytes: number): Uint8Array | null
}

export interface Storage {
  /** In memory; null: the bytes are not there. */
  readonly address: number | null
  /** null: some of them are not known. */
  read(offset: number, sizeBytes: number): Uint8Array | null
}

export const inMemory = (frame: FrameValues, address: number): Storage => ({
  address,
  read: (offset, sizeBytes) => frame.memory(address + offset, sizeBytes),
})

export const ofBytes = (bytes: Uint8Array): Storage => ({
  address: null,
  read: (offset, sizeBytes) =>
    offset + sizeBytes <= bytes.length ? bytes.subarray(offset, offset + sizeBytes) : null,
})

export const NOWHERE: Storage = { address: null, read: () => null }

export function ofPieces(pieces: readonly { sizeBytes: number; storage: Storage }[]): Storage {
  const read = (offset: number, sizeBytes: number): Uint8Array | null => {
    const bytes = new Uint8Array(sizeBytes)
    let start = 0
    let done = 0
    for (const piece of pieces) {
      const from = Math.max(offset, start)
      const to = Math.min(offset + sizeBytes, start + piece.sizeBytes)
      if (from < to) {
        const part = piece.storage.read(from - start, to - from)
        if (part === null) return null
        bytes.set(part, from - offset)
        done += to - from
      }
      start += piece.sizeBytes
    }
    return done === sizeBytes ? bytes : null
  }
  return { address: null, read }
}

/** A part that begins within another. */
export const within = (storage: Storage, offset: number): Storage => ({
  address: storage.address === null ? null : storage.address + offset,
  read: (at, sizeBytes) => storage.read(offset + at, sizeBytes),
})
