// What a program is started with: its arguments and its environment.
import { ByteReader, ByteWriter, utf8 } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import type { InputDevice } from './device.ts'

/** Strings as C has them: UTF-8 without NUL. */
export class StartDevice implements InputDevice {
  static readonly device = 'start'
  readonly name = StartDevice.device
  args: readonly Uint8Array[] = []
  /** `NAME=value` each. */
  env: readonly Uint8Array[] = []

  receive(payload: Uint8Array): void {
    const reader = new ByteReader(payload, 'STATE_MALFORMED')
    this.args = readList(reader)
    this.env = readList(reader)
    if (reader.left > 0) reader.fail(`${reader.left} more bytes`, 'the end of the environment')
  }

  encode(): Uint8Array {
    return startPayload(this.args, this.env)
  }

  static decode(bytes: Uint8Array): StartDevice {
    const device = new StartDevice()
    device.receive(bytes)
    return device
  }
}

const LIMIT = 1 << 24

function readList(reader: ByteReader): Uint8Array[] {
  const list: Uint8Array[] = []
  const count = reader.uleb(LIMIT)
  for (let i = 0; i < count; i++) {
    const bytes = reader.blob(LIMIT).slice()
    if (bytes.includes(0)) reader.fail('a NUL in a string', 'none')
    list.push(bytes)
  }
  return list
}

function startPayload(args: readonly Uint8Array[], env: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter()
  for (const list of [args, env]) {
    writer.uleb(list.length)
    for (const bytes of list) writer.blob(bytes)
  }
  return writer.take()
}

/** The payload that tells a program its arguments (the first is its name) and environment. */
export function startInput(args: readonly string[], env: readonly string[]): Uint8Array {
  for (const text of [...args, ...env]) {
    if (text.includes('\0')) throw new VacError('USAGE', { found: 'a NUL in an argument' })
  }
  return startPayload(args.map(utf8), env.map(utf8))
}
