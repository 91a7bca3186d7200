// What a run printed, with where in its stream each piece stands: heard while it is made again.

/** A call that printed, at its tick. */
interface Printed {
  readonly tick: number
  /** Offset of its first byte in the stream. */
  readonly at: number
  readonly bytes: Uint8Array
}

/** Bytes [from, to) of what a call printed. */
export interface OutputPart {
  readonly tick: number
  readonly whole: Uint8Array
  readonly from: number
  readonly to: number
}

export interface OutputMatch {
  readonly stream: 'stdout' | 'stderr'
  /** Offset in the stream. */
  readonly at: number
  readonly parts: readonly OutputPart[]
}

/** Looks for a text in the two streams while they are printed. */
export class OutputSearch {
  private readonly text: Uint8Array
  private left: number
  private readonly streams = { stdout: new Tail(), stderr: new Tail() }
  found: OutputMatch | null = null
  /** Behind the calls that ended an occurrence, up to the one that was looked for. */
  readonly ticks: number[] = []

  /** The occurrence number `nth`, from 1 on, of both streams together. */
  constructor(text: Uint8Array, nth: number) {
    this.text = text
    this.left = nth
  }

  readonly hear = (stream: 'stdout' | 'stderr', bytes: Uint8Array, tick: number): void => {
    if (this.found !== null || bytes.length === 0) return
    const tail = this.streams[stream]
    const { text } = this
    const joined = tail.add(bytes.slice(), tick)
    for (let at = find(joined, text, 0); at >= 0; at = find(joined, text, at + 1)) {
      this.ticks.push(tick)
      if (--this.left > 0) continue
      const from = tail.start + at
      this.found = { stream, at: from, parts: tail.parts(from, from + text.length) }
      return
    }
    tail.drop(joined.length - text.length + 1)
  }
}

/** The last bytes of a stream: as many as may begin a match. */
class Tail {
  /** Offset in the stream of its first byte. */
  start = 0
  private kept: Uint8Array = new Uint8Array(0)
  private printed: Printed[] = []

  add(bytes: Uint8Array, tick: number): Uint8Array {
    const joined = new Uint8Array(this.kept.length + bytes.length)
    joined.set(this.kept)
    joined.set(bytes, this.kept.length)
    this.printed.push({ tick, at: this.start + this.kept.length, bytes })
    this.kept = joined
    return joined
  }

  drop(sizeBytes: number): void {
    if (sizeBytes <= 0) return
    this.start += sizeBytes
    this.kept = this.kept.slice(sizeBytes)
    this.printed = this.printed.filter(({ at, bytes }) => at + bytes.length > this.start)
  }

  parts(from: number, to: number): OutputPart[] {
    return this.printed.flatMap(({ tick, at, bytes }) => {
      const [a, b] = [Math.max(from, at), Math.min(to, at + bytes.length)]
      return a < b ? [{ tick, whole: bytes, from: a - at, to: b - at }] : []
    })
  }
}

function find(bytes: Uint8Array, text: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(text[0], from); at >= 0; at = bytes.indexOf(text[0], at + 1)) {
    if (at + text.length > bytes.length) return -1
    let equal = 1
    while (equal < text.length && bytes[at + equal] === text[equal]) equal++
    if (equal === text.length) return at
  }
  return -1
}
