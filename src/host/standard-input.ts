// Standard input, read only when it is asked for, and cut by its content alone: a piece is a line,
// or 64 KiB of a longer one. So how a pipe happens to chop its bytes never reaches a machine.
import { VacError } from '../base/errors.ts'

const PIECE_BYTES = 65_536
const NEWLINE = 10

export class StandardInput {
  private readonly open: () => AsyncIterable<Uint8Array>
  private chunks: AsyncIterator<Uint8Array> | null = null
  private held: Uint8Array = new Uint8Array(0)

  /** `open` is called at the first read. */
  constructor(open: () => AsyncIterable<Uint8Array>) {
    this.open = open
  }

  /** The next piece; null: the end. */
  async next(): Promise<Uint8Array | null> {
    for (;;) {
      const newline = this.held.subarray(0, PIECE_BYTES).indexOf(NEWLINE)
      const size = newline >= 0 ? newline + 1 : PIECE_BYTES
      if (newline >= 0 || this.held.length >= PIECE_BYTES) return this.take(size)
      const more = await this.read()
      if (more === null) return this.held.length > 0 ? this.take(this.held.length) : null
      const joined = new Uint8Array(this.held.length + more.length)
      joined.set(this.held)
      joined.set(more, this.held.length)
      this.held = joined
    }
  }

  private take(sizeBytes: number): Uint8Array {
    const piece = this.held.slice(0, sizeBytes)
    this.held = this.held.subarray(sizeBytes)
    return piece
  }

  private async read(): Promise<Uint8Array | null> {
    this.chunks ??= this.open()[Symbol.asyncIterator]()
    try {
      const { done, value } = await this.chunks.next()
      return done ? null : value
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException
      const found = code === 'EISDIR' ? 'a directory' : code
      throw new VacError('FILE_MISSING', { found, expected: 'a file', where: 'standard input' })
    }
  }
}
