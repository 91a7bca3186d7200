// How long instructions are: passes over what stands behind an opcode.
import type { Cursor } from './bytes.ts'

function memoryArgument(c: Cursor): void {
  const align = c.unsigned()
  if ((align & 0x40) !== 0) c.unsigned()
  c.skipNumber()
}

function vectorInstruction(c: Cursor): void {
  const code = c.unsigned()
  if (code <= 11 || code === 92 || code === 93) memoryArgument(c)
  else if (code === 12 || code === 13) c.skip(16)
  else if (code >= 21 && code <= 34) c.skip(1)
  else if (code >= 84 && code <= 91) {
    memoryArgument(c)
    c.skip(1)
  }
}

function referenceInstruction(c: Cursor): void {
  const code = c.unsigned()
  if (code >= 20 && code <= 23) c.skipNumber()
  else if (code === 24 || code === 25) {
    c.skip(1)
    for (let left = 3; left > 0; left--) c.skipNumber()
  } else if (code < 26 || code > 30) throw new Error(`instruction 0xfb ${code}`)
}

function catchClauses(c: Cursor): void {
  for (let left = c.unsigned(); left > 0; left--) {
    if (c.byte() < 2) c.unsigned()
    c.unsigned()
  }
}

/** Passes over the immediates of `opcode`; those of 0xfc are the caller's business. */
export function skipImmediates(c: Cursor, opcode: number): void {
  if (opcode >= 0x28 && opcode <= 0x3e) memoryArgument(c)
  else if (opcode >= 0x45 && opcode <= 0xc4) return
  else if (opcode === 0xfd) vectorInstruction(c)
  else if (opcode === 0xfb) referenceInstruction(c)
  else {
    const form = forms.get(opcode)
    if (form === undefined) throw new Error(`opcode 0x${opcode.toString(16)} at ${c.at - 1}`)
    form(c)
  }
}

const none = (): void => {}
const one = (c: Cursor): void => c.skipNumber()
const two = (c: Cursor): void => {
  c.skipNumber()
  c.skipNumber()
}
/** Empty and value types are one byte, indices are numbers: typed references are two. */
const blockType = (c: Cursor): void => {
  const byte = c.bytes[c.at]
  if (byte === 0x63 || byte === 0x64) c.skipType()
  else c.skipNumber()
}

const forms: ReadonlyMap<number, (c: Cursor) => void> = new Map([
  ...[0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, 0xd1, 0xd3, 0xd4].map(
    (code) => [code, none] as const,
  ),
  ...[0x02, 0x03, 0x04, 0x06].map((code) => [code, blockType] as const),
  ...[0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x12, 0x14, 0x15, 0x18].map(
    (code) => [code, one] as const,
  ),
  ...[0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x3f, 0x40, 0x41, 0x42].map(
    (code) => [code, one] as const,
  ),
  ...[0xd0, 0xd2, 0xd5, 0xd6].map((code) => [code, one] as const),
  ...[0x11, 0x13].map((code) => [code, two] as const),
  [0x43, (c) => c.skip(4)],
  [0x44, (c) => c.skip(8)],
  [
    0x0e,
    (c) => {
      for (let left = c.unsigned() + 1; left > 0; left--) c.unsigned()
    },
  ],
  [
    0x1c,
    (c) => {
      for (let left = c.unsigned(); left > 0; left--) c.skipType()
    },
  ],
  [
    0x1f,
    (c) => {
      blockType(c)
      catchClauses(c)
    },
  ],
])
