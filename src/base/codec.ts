// Compression, handed in by the host.

export interface Codec {
  readonly compress: (bytes: Uint8Array) => Uint8Array
  /** Errors: RECORDING_DAMAGED. */
  readonly decompress: (bytes: Uint8Array, limitBytes: number) => Uint8Array
}
