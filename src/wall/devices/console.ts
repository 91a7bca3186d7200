// The console: standard input as delivered bytes, standard output and error as counts. What the
// guest writes goes to the sink at once and is not kept: the run makes it again.
import { ByteReader, ByteWriter } from '../../base/bytes.ts'
import type { InputDevice } from './device.ts'

export type OutputStream = 'stdout' | 'stderr'

/** Takes the guest's output as it happens; the bytes are the sink's own. */
export type Sink = (stream: OutputStream, bytes: Uint8Array) => void

const BYTES = 0
const END = 1
const ELAPSED = 2
/** So that one more fits 64 bits. */
const LONGEST = (1n << 64n) - 2n

/** The payload that delivers bytes of standard input. */
export function inputBytes(bytes: Uint8Array): Uint8Array {
  const payload = new Uint8Array(bytes.length + 1)
  payload[0] = BYTES
  payload.set(bytes, 1)
  return payload
}
/** The payload that says: standard input has ended. */
export const inputEnd = (): Uint8Array => Uint8Array.of(END)

/** The payload that says: a time passed, and no input came. */
export const inputElapsed = (): Uint8Array => Uint8Array.of(ELAPSED)

export class ConsoleDevice implements InputDevice {
  static readonly device = 'console'
  readonly name = ConsoleDevice.device
  /**
   * True: the guest is told that its streams are a terminal. A choice of who runs it, never the
   * host's.
   */
  readonly terminal: boolean
  private readonly sink: Sink
  private pending: Uint8Array = new Uint8Array(0)
  private ended = false
  /**
   * How many nanoseconds the guest waits for input at most, while it does: the host may tell it
   * that they passed. null: it waits for good, or not at all.
   */
  patience: bigint | null = null
  /** They passed. */
  private elapsed = false
  /** Bytes that have passed. */
  readCount = 0
  readonly written = { stdout: 0, stderr: 0 }

  constructor(sink: Sink, terminal: boolean) {
    this.sink = sink
    this.terminal = terminal
  }

  receive(payload: Uint8Array): void {
    const reader = new ByteReader(payload, 'STATE_MALFORMED')
    const kind = reader.u8()
    this.elapsed = kind === ELAPSED && this.patience !== null
    this.patience = null
    if (kind === ELAPSED) return
    if (kind === END) this.ended = true
    else if (kind !== BYTES) reader.fail(`console input of kind ${kind}`, '0 (bytes) or 1 (end)')
    else this.pending = joined(this.pending, reader.raw(reader.left))
  }

  /** Up to `limitBytes` bytes that wait; null: none wait yet and more may come. */
  read(limitBytes: number): Uint8Array | null {
    if (this.pending.length === 0) {
      if (!this.ended) this.waitFor(null)
      return this.ended ? this.pending : null
    }
    const bytes = this.pending.subarray(0, limitBytes)
    this.pending = this.pending.subarray(bytes.length)
    this.readCount += bytes.length
    return bytes
  }

  /** The guest is going to wait for input, for so many nanoseconds or for good. */
  waitFor(nanos: bigint | null): void {
    this.elapsed = false
    this.patience = nanos === null || nanos < LONGEST ? nanos : LONGEST
  }
  /** Has the time passed for which it waited? It is told once. */
  takeElapsed(): boolean {
    const { elapsed } = this
    this.elapsed = false
    return elapsed
  }

  get readable(): boolean {
    return this.pending.length > 0 || this.ended
  }
  get pendingBytes(): number {
    return this.pending.length
  }

  write(stream: OutputStream, bytes: Uint8Array): void {
    this.written[stream] += bytes.length
    if (bytes.length > 0) this.sink(stream, bytes)
  }

  encode(): Uint8Array {
    const writer = new ByteWriter()
    writer.u8(this.terminal ? 1 : 0)
    writer.u8(this.ended ? 1 : 0)
    writer.u8(this.elapsed ? 1 : 0)
    writer.uleb(this.patience === null ? 0 : this.patience + 1n)
    writer.uleb(this.readCount)
    writer.uleb(this.written.stdout)
    writer.uleb(this.written.stderr)
    writer.blob(this.pending)
    return writer.take()
  }

  static decode(bytes: Uint8Array, sink: Sink): ConsoleDevice {
    const reader = new ByteReader(bytes, 'STATE_MALFORMED')
    const device = new ConsoleDevice(sink, flag(reader))
    device.ended = flag(reader)
    device.elapsed = flag(reader)
    const patience = reader.ulebBig()
    device.patience = patience === 0n ? null : patience - 1n
    device.readCount = reader.uleb()
    device.written.stdout = reader.uleb()
    device.written.stderr = reader.uleb()
    device.pending = reader.blob().slice()
    if (reader.left > 0) reader.fail(`${reader.left} more bytes`, 'the end of the console')
    return device
  }
}

function flag(reader: ByteReader): boolean {
  const value = reader.u8()
  if (value > 1) reader.fail(`${value}`, '0 or 1')
  return value === 1
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
