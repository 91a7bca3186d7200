// Stored beams: every contact of a machine with what is outside of it. Inputs are what the world
// gave; effects are what the machine did, which a replay does again. One row a kind.
import { ByteReader, ByteWriter } from '../../base/bytes.ts'
import { assert } from '../../base/errors.ts'
import type { Input } from '../../machine/input-log.ts'
import { isSetting, settingBytes } from '../../wall/settings.ts'

export const BeamKind = {
  invoke: 0,
  device: 1,
  write: 2,
  output: 3,
  emit: 4,
  denied: 5,
  trap: 6,
  exit: 7,
  end: 8,
  set: 9,
} as const
export type BeamKindName = keyof typeof BeamKind

const names = Object.keys(BeamKind) as BeamKindName[]
export const beamKindName = (kind: number): BeamKindName => names[kind]
export const isBeamKind = (kind: number): boolean => kind < names.length

/** Of inputs the payload is always kept: a replay needs it. */
export const isInput = (kind: number): boolean => kind <= BeamKind.write || kind === BeamKind.set

export interface Beam {
  /** Executed instructions when it happened; of an effect, its own included. */
  readonly tick: number
  readonly kind: number
  readonly payload: Uint8Array
}

/**
 * An input as a beam. `instantiate` is none: a recording begins when all instances are made. The
 * payload lies in `out`, which is written over: whoever makes many has one.
 */
export function beamOfInput(
  input: Exclude<Input, { kind: 'instantiate' }>,
  out = new ByteWriter(),
): Beam {
  out.clear()
  switch (input.kind) {
    case 'invoke':
      out.uleb(input.instance)
      out.uleb(input.function)
      for (const word of input.words) out.u64(word)
      break
    case 'device':
      out.u8(+input.waiting)
      out.text(input.device)
      out.raw(input.bytes)
      break
    case 'set':
      out.u8(+input.waiting)
      out.text(input.what)
      out.raw(input.bytes)
      break
    default:
      out.u8(+input.waiting)
      out.uleb(input.shard)
      out.uleb(input.offset)
      out.raw(input.bytes)
  }
  return { tick: input.tick, kind: BeamKind[input.kind], payload: out.written }
}

/** RECORDING_DAMAGED where the payload is none of its kind. */
export function inputOfBeam({
  tick,
  kind,
  payload,
}: Beam): Exclude<Input, { kind: 'instantiate' }> {
  assert(isInput(kind), 'an input')
  const from = new ByteReader(payload, 'RECORDING_DAMAGED')
  if (kind === BeamKind.invoke) {
    const instance = from.uleb()
    const fn = from.uleb()
    if (from.left % 8 !== 0) from.fail(`${from.left} bytes of arguments`, 'words')
    const words: bigint[] = []
    while (from.left > 0) words.push(from.u64())
    return { tick, kind: 'invoke', instance, function: fn, words }
  }
  const waiting = from.u8() === 1
  if (kind === BeamKind.device) {
    const device = from.text(64)
    return { tick, kind: 'device', waiting, device, bytes: from.raw(from.left).slice() }
  }
  if (kind === BeamKind.set) {
    const what = from.text(64)
    if (!isSetting(what)) return from.fail(`the setting ${what}`, 'a known one')
    const sizeBytes = settingBytes[what]
    if (from.left !== sizeBytes) from.fail(`${from.left} bytes`, `${sizeBytes}`)
    return { tick, kind: 'set', waiting, what, bytes: from.raw(sizeBytes).slice() }
  }
  const shard = from.uleb()
  const offset = from.uleb()
  return { tick, kind: 'write', waiting, shard, offset, bytes: from.raw(from.left).slice() }
}
