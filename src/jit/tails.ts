// One way out of a large body instead of one at each site: the locals of the host are all recorded,
// and a site says which of them it wants. Smaller code, but slower where it is not large.
import type { Body } from './body.ts'
import type { Kept } from './exits.ts'
import { HostType } from './host-types.ts'
import { writeRecord } from './record-code.ts'
import type { Leaving } from './sites.ts'

/** Bodies of more bytes are made once more, with a shared tail. */
export const SHARED_TAIL_BYTES = 300_000

/** In a record, whatever the type. */
const LOCAL_BYTES = 16

/** Numbers of the temporaries for values without a local. */
const FIRST_TEMPORARY = 16

/** The scope that a branch to the tail leaves. */
export const TAIL = -2

export class Tail {
  private readonly body: Body
  private readonly site: number
  private readonly to: number

  constructor(body: Body) {
    this.body = body
    this.site = body.locals.add(HostType.i32)
    this.to = body.locals.add(HostType.i32)
  }

  /** Before the body's code. */
  open(): void {
    const { out, scopes } = this.body
    out.u8(0x02)
    out.u8(0x40)
    scopes.push(TAIL)
  }

  /** Leaves for the tail. Values that are in no local of the host get one. */
  leave(leaving: Leaving, values: readonly Kept[]): void {
    const { body } = this
    const { out, locals, draft, scopes } = body
    const offsets = values.map(({ local, type, read }, value) => {
      if (local >= 0) return LOCAL_BYTES * local
      const own = locals.temporary(type, FIRST_TEMPORARY + value)
      read()
      out.op1(0x21, own)
      return LOCAL_BYTES * own
    })
    body.fuelNow()
    out.op1(0x21, body.fuel)
    const slots = values.map(({ slot }) => slot)
    body.i32(draft.sites.add(leaving, slots, offsets))
    out.op1(0x21, this.site)
    out.op1(0x0c, scopes.length - 1 - scopes.indexOf(TAIL))
  }

  /** Behind the body's code: all locals are known. */
  close(): void {
    const { body } = this
    const { out, locals, draft } = body
    out.u8(0x0b)
    const values = body.localTypes.map((type, local) => {
      return { type, local, offset: LOCAL_BYTES * local }
    })
    const size = LOCAL_BYTES * locals.count
    const { site, to } = this
    writeRecord(
      out,
      draft.places,
      { site, to, fuel: body.fuel },
      { values, size },
      body.resultTypes,
    )
  }
}
