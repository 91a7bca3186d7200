// The reader against the rules of the binary format: widths, padding, unused bits, names.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WasmReader } from './reader.ts'
import { refused } from './tools/test-module.ts'

type Width = 'u32' | 's32' | 's33' | 'u64' | 's64'
const read = (width: Width, bytes: number[]): number | bigint => {
  const reader = new WasmReader(Uint8Array.from(bytes))
  const value = reader[width]()
  assert.ok(reader.done, 'all bytes are read')
  return value
}

/** The signed LEB128 of a value, padded to `length` bytes. */
function sleb(value: bigint, length: number): number[] {
  const bytes: number[] = []
  for (let i = 0; i < length; i++) {
    bytes.push(Number((value >> BigInt(7 * i)) & 0x7fn) | (i < length - 1 ? 0x80 : 0))
  }
  return bytes
}

const ranges: readonly (readonly [Width, bigint, bigint, number])[] = [
  ['u32', 0n, 2n ** 32n - 1n, 5],
  ['s32', -(2n ** 31n), 2n ** 31n - 1n, 5],
  ['s33', -(2n ** 32n), 2n ** 32n - 1n, 5],
  ['u64', 0n, 2n ** 64n - 1n, 10],
  ['s64', -(2n ** 63n), 2n ** 63n - 1n, 10],
]

describe('a LEB128 integer', () => {
  for (const [width, least, most, longest] of ranges) {
    it(`${width} is read at every bit length, in the shortest form and padded`, () => {
      for (let bit = 0n; bit <= 64n; bit++) {
        for (const value of [1n << bit, (1n << bit) - 1n, -(1n << bit), -(1n << bit) - 1n]) {
          if (value < least || value > most) continue
          let shortest = 1
          const signed = width.startsWith('s')
          const fits = (length: number): boolean => {
            const bits = BigInt(7 * length)
            return (signed ? BigInt.asIntN : BigInt.asUintN)(Number(bits), value) === value
          }
          while (!fits(shortest)) shortest++
          for (let length = shortest; length <= longest; length++) {
            assert.equal(BigInt(read(width, sleb(value, length))), value, `${value} in ${length}`)
          }
        }
      }
    })
    it(`${width} is refused when too long, too large or cut off`, () => {
      const tooLong = sleb(0n, longest + 1)
      refused('WASM_MALFORMED', 'integer representation too long', () => read(width, tooLong))
      for (const value of [most + 1n, least - 1n]) {
        if (value < 0n && width.startsWith('u')) continue
        const bytes = sleb(value, longest)
        refused('WASM_MALFORMED', 'integer too large', () => read(width, bytes))
      }
      const cut = sleb(1n, longest).slice(0, -1)
      const place = refused('WASM_MALFORMED', 'unexpected end', () => read(width, cut))
      assert.equal(place, `offset 0x${(longest - 1).toString(16)}`)
    })
  }
})

describe('a name', () => {
  it('keeps a byte order mark and characters beyond the basic plane', () => {
    const bytes = [7, 0xef, 0xbb, 0xbf, 0xf0, 0x9f, 0x90, 0x84]
    assert.equal(new WasmReader(Uint8Array.from(bytes)).name(), '\ufeff🐄')
  })
  it('is refused where it is not UTF-8 or longer than the bytes', () => {
    const name = (bytes: number[]) => () => new WasmReader(Uint8Array.from(bytes)).name()
    refused('WASM_MALFORMED', 'malformed UTF-8 encoding', name([3, 0xed, 0xa0, 0x80]))
    refused('WASM_MALFORMED', 'malformed UTF-8 encoding', name([2, 0xc0, 0x80]))
    refused('WASM_MALFORMED', 'length out of bounds', name([9, 0x61]))
  })
})
