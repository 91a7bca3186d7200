// The log of a machine's inputs: everything that came from outside, in order. With the programs it
// makes the run again. A program may read a million lines, and the host's collector would look at
// each of them again and again: what devices took is packed, and made again when it is asked for.

/** `waiting`: it came when the machine had already begun to wait at that tick, and not before. */
export type Input =
  | { readonly tick: number; readonly kind: 'instantiate'; readonly program: number }
  | {
      readonly tick: number
      readonly kind: 'invoke'
      readonly instance: number
      readonly function: number
      readonly words: readonly bigint[]
    }
  | DeviceInput
  | {
      readonly tick: number
      readonly kind: 'write'
      readonly waiting: boolean
      readonly shard: number
      readonly offset: number
      readonly bytes: Uint8Array
    }
  | {
      readonly tick: number
      readonly kind: 'set'
      readonly waiting: boolean
      readonly what: Setting
      readonly bytes: Uint8Array
    }

export interface DeviceInput {
  readonly tick: number
  readonly kind: 'device'
  readonly waiting: boolean
  readonly device: string
  readonly bytes: Uint8Array
}

/** What of a machine its owner may set anew in a run that has begun (wall/settings.ts). */
export type Setting = 'seed' | 'epoch' | 'slept'

/** Numbers of an input: its tick, what it is, where its bytes begin and end in which chunk. */
const ROW = 5
const FIRST_ROWS = 64
/** What a row says it is where it is no packed one. Else: twice its device, and 1 where waiting. */
const OTHER = -1
const CHUNK_BYTES = 1 << 16

export class InputLog implements Iterable<Input> {
  length = 0
  private rows = new Float64Array(FIRST_ROWS * ROW)
  private readonly devices: string[] = []
  private readonly others = new Map<number, Input>()
  private readonly chunks: Uint8Array[] = []
  /** Bytes used of the last chunk. */
  private used = CHUNK_BYTES

  /** Bytes for a device are copied. */
  push(input: Input): void {
    const at = this.length++
    if (this.length * ROW > this.rows.length) {
      const grown = new Float64Array(this.rows.length * 2)
      grown.set(this.rows)
      this.rows = grown
    }
    if (input.kind === 'device') this.pack(at * ROW, input)
    else {
      this.rows[at * ROW + 1] = OTHER
      this.others.set(at, input)
    }
  }

  at(index: number): Input | undefined {
    if (index >= this.length) return undefined
    const { rows } = this
    const row = index * ROW
    const what = rows[row + 1]
    if (what === OTHER) return this.others.get(index)
    const bytes = this.chunks[rows[row + 2]].subarray(rows[row + 3], rows[row + 4])
    const device = this.devices[what >> 1]
    return { tick: rows[row], kind: 'device', waiting: (what & 1) === 1, device, bytes }
  }

  *[Symbol.iterator](): Generator<Input, void> {
    for (let index = 0; index < this.length; index++) yield this.at(index) as Input
  }

  private pack(row: number, { tick, waiting, device, bytes }: DeviceInput): void {
    const end = this.used + bytes.length
    const fits = this.chunks.length > 0 && end <= this.chunks[this.chunks.length - 1].length
    if (!fits) this.chunks.push(new Uint8Array(Math.max(CHUNK_BYTES, bytes.length)))
    const from = fits ? this.used : 0
    this.used = from + bytes.length
    const chunk = this.chunks.length - 1
    this.chunks[chunk].set(bytes, from)
    this.rows.set([tick, this.numberOf(device) * 2 + Number(waiting), chunk, from, this.used], row)
  }

  private numberOf(device: string): number {
    const known = this.devices.indexOf(device)
    return known >= 0 ? known : this.devices.push(device) - 1
  }
}
