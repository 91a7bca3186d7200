// Segments in memory, for tests of what keeps pages.
import type { SegmentStore } from '../vault.ts'

export class MemorySegments implements SegmentStore {
  readonly files = new Map<string, Uint8Array>()
  /** Bytes that may still be appended. */
  room = Number.POSITIVE_INFINITY

  readonly list = () => [...this.files].map(([name, bytes]) => ({ name, sizeBytes: bytes.length }))
  readonly read = (name: string, offset: number, sizeBytes: number): Uint8Array =>
    (this.files.get(name) as Uint8Array).subarray(offset, offset + sizeBytes)
  readonly append = (name: string, bytes: Uint8Array): void => {
    const before = this.files.get(name) ?? new Uint8Array(0)
    const fits = bytes.subarray(0, this.room)
    this.files.set(name, Buffer.concat([before, fits]))
    this.room -= fits.length
    if (fits.length < bytes.length) throw new Error('no room')
  }
  readonly sync = (): void => {}
  readonly remove = (name: string): void => void this.files.delete(name)
}
