// Bytes whose accesses someone may be told of: those through the methods here, by the stepper and
// by the wall. Who goes to the pages themselves tells nobody.
import { PagedBytes } from './paged-bytes.ts'

/** Is told of each access before it happens: where it begins, and its bytes (0: none). */
export interface Witness {
  read(at: number, sizeBytes: number): void
  write(at: number, sizeBytes: number): void
}

export abstract class WitnessedBytes extends PagedBytes {
  /** A host fact; null: nobody. */
  witness: Witness | null = null

  override readBytes(at: number, sizeBytes: number): Uint8Array {
    this.witness?.read(at, sizeBytes)
    return super.readBytes(at, sizeBytes)
  }

  override writeBytes(at: number, bytes: Uint8Array): void {
    this.witness?.write(at, bytes.length)
    super.writeBytes(at, bytes)
  }

  override fill(at: number, value: number, sizeBytes: number): void {
    this.witness?.write(at, sizeBytes)
    super.fill(at, value, sizeBytes)
  }

  override copy(to: number, at: number, sizeBytes: number, from: PagedBytes = this): void {
    if (from instanceof WitnessedBytes) from.witness?.read(at, sizeBytes)
    this.witness?.write(to, sizeBytes)
    super.copy(to, at, sizeBytes, from)
  }

  override load(at: number, sizeBytes: number): bigint {
    this.witness?.read(at, sizeBytes)
    return super.load(at, sizeBytes)
  }

  override loadInt(at: number, sizeBytes: number): number {
    this.witness?.read(at, sizeBytes)
    return super.loadInt(at, sizeBytes)
  }

  override store(at: number, sizeBytes: number, value: bigint): void {
    this.witness?.write(at, sizeBytes)
    super.store(at, sizeBytes, value)
  }

  override storeInt(at: number, sizeBytes: number, value: number): void {
    this.witness?.write(at, sizeBytes)
    super.storeInt(at, sizeBytes, value)
  }
}
