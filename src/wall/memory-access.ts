// A memory of a machine, read and written from outside.
import { VacError } from '../base/errors.ts'
import type { Machine } from '../machine/machine.ts'
import type { Memory } from '../memory/memory.ts'
import { PAGE_BYTES } from '../memory/page.ts'
import { deliverWrite } from './world.ts'

/**
 * A memory of the machine. Offsets and sizes are bytes; all of it must be in bounds
 * (CALL_ARGUMENTS).
 */
export class VacMemory {
  /** The memory's number in the machine. */
  readonly shard: number
  private readonly machine: Machine

  constructor(machine: Machine, shard: number) {
    this.machine = machine
    this.shard = shard
  }

  get sizeBytes(): number {
    return this.memory.sizePages * PAGE_BYTES
  }

  read(offset: number, sizeBytes: number): Uint8Array {
    this.check(offset, sizeBytes)
    return this.memory.readBytes(offset, sizeBytes)
  }

  /** Writes bytes from outside: recorded as an input first. */
  write(offset: number, bytes: Uint8Array): void {
    this.check(offset, bytes.length)
    deliverWrite(this.machine, this.shard, offset, bytes.slice())
  }

  private get memory(): Memory {
    return this.machine.store.memories[this.shard]
  }

  private check(offset: number, sizeBytes: number): void {
    const fits =
      Number.isSafeInteger(offset) &&
      Number.isSafeInteger(sizeBytes) &&
      offset >= 0 &&
      sizeBytes >= 0
    if (!fits || offset + sizeBytes > this.sizeBytes) {
      throw new VacError('CALL_ARGUMENTS', {
        found: `bytes ${offset} to ${offset + sizeBytes}`,
        expected: `within 0 to ${this.sizeBytes}`,
      })
    }
  }
}
