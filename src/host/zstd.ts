// Compression by Node's zstd.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Codec } from '../base/codec.ts'
import { VacError } from '../base/errors.ts'

/** Output is made in chunks, which are joined. */
const LEAST_CHUNK_BYTES = 2 ** 14
const MOST_CHUNK_BYTES = 2 ** 22

const chunkFor = (inputBytes: number): number =>
  Math.min(Math.max(inputBytes, LEAST_CHUNK_BYTES), MOST_CHUNK_BYTES)

/** Level 3. */
export const zstd: Codec = {
  compress: (bytes) => zstdCompressSync(bytes),
  decompress: (bytes, limitBytes) => {
    try {
      const { buffer, byteOffset, length } = zstdDecompressSync(bytes, {
        maxOutputLength: limitBytes,
        chunkSize: chunkFor(bytes.length),
      })
      return new Uint8Array(buffer, byteOffset, length)
    } catch {
      throw new VacError('RECORDING_DAMAGED', {
        found: `${bytes.length} bytes that do not decompress`,
        expected: 'zstd',
      })
    }
  },
}

/** Level 1 takes two thirds of the time of level 3 for 3 to 5 % more bytes. */
export const fastZstd: Codec = {
  ...zstd,
  compress: (bytes) =>
    zstdCompressSync(bytes, {
      pledgedSrcSize: bytes.length,
      chunkSize: chunkFor(bytes.length),
      params: { [constants.ZSTD_c_compressionLevel]: 1 },
    }),
}
