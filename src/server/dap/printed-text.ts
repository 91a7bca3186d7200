// What the program prints while the machine goes forwards, for the client's console.
import { StringDecoder } from 'node:string_decoder'
import type { OutputStream } from '../../wall/devices/console.ts'
import type { Connection } from './connection.ts'

export class PrintedText {
  private readonly connection: Connection
  /** A character may come in pieces. */
  private readonly decoders = {
    stdout: new StringDecoder('utf8'),
    stderr: new StringDecoder('utf8'),
  }

  constructor(connection: Connection) {
    this.connection = connection
  }

  readonly take = (stream: OutputStream, bytes: Uint8Array): void =>
    this.send(stream, this.decoders[stream].write(Buffer.from(bytes)))

  /** Nothing more comes. */
  end(): void {
    this.send('stdout', this.decoders.stdout.end())
    this.send('stderr', this.decoders.stderr.end())
  }

  private send(category: OutputStream, output: string): void {
    if (output !== '') this.connection.event('output', { category, output })
  }
}
