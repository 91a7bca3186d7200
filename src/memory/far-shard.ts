// A far shard: up to 2^64 bytes, sparse. It costs the pages that were written; no dense windows lie
// over it.
import { assert } from '../base/errors.ts'
import { PAGE_BITS, PAGE_BYTES } from './page.ts'
import { PageTable } from './page-table.ts'

const OFFSET_MASK = BigInt(PAGE_BYTES - 1)

export class FarShard {
  readonly sizeBytes: bigint
  readonly table: PageTable
  /** Far instructions of the guest reach it; the shards of files are reached by calls only. */
  guest: boolean

  constructor(sizeBytes: bigint, table: PageTable = new PageTable(), guest = false) {
    assert(sizeBytes > 0n && sizeBytes <= 1n << 64n, 'a far shard has 1 to 2^64 bytes')
    this.sizeBytes = sizeBytes
    this.table = table
    this.guest = guest
  }

  /** Are all bytes of [offset, offset + sizeBytes) inside? */
  holds(offset: bigint, sizeBytes: number): boolean {
    return offset + BigInt(sizeBytes) <= this.sizeBytes
  }

  load(offset: bigint, sizeBytes: number): bigint {
    let value = 0n
    for (let i = sizeBytes - 1; i >= 0; i--) {
      const at = offset + BigInt(i)
      const page = this.table.get(Number(at >> BigInt(PAGE_BITS)))
      value = (value << 8n) | BigInt(page === null ? 0 : page.u8[Number(at & OFFSET_MASK)])
    }
    return value
  }

  store(offset: bigint, sizeBytes: number, value: bigint): void {
    let rest = value
    for (let i = 0; i < sizeBytes; i++, rest >>= 8n) {
      const at = offset + BigInt(i)
      const page = this.table.own(Number(at >> BigInt(PAGE_BITS)))
      page.u8[Number(at & OFFSET_MASK)] = Number(rest & 0xffn)
    }
  }

  fork(): FarShard {
    return new FarShard(this.sizeBytes, this.table.fork(), this.guest)
  }
}
