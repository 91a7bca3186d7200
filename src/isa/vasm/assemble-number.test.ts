// Numbers of the text against those of the host, and against forms whose bits are known.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { chanceOf } from '../tools/random-program.ts'
import {
  formatF32,
  formatF64,
  formatFloatBits,
  parseFloatBits,
  parseInteger,
} from './assemble-number.ts'

const view = new DataView(new ArrayBuffer(8))
function f64Bits(value: number): bigint {
  view.setFloat64(0, value)
  return view.getBigUint64(0)
}
function f32Bits(value: number): bigint {
  view.setFloat32(0, value)
  return BigInt(view.getUint32(0))
}

suite('floats', () => {
  test('random bits are read back from their text', () => {
    const chance = chanceOf(1)
    for (let i = 0; i < 20_000; i++) {
      const single = BigInt(Math.floor(chance() * 2 ** 32))
      const double = (single << 32n) | BigInt(Math.floor(chance() * 2 ** 32))
      const text32 = formatFloatBits(single, formatF32)
      const text64 = formatFloatBits(double, formatF64)
      assert.equal(parseFloatBits(text32, formatF32), single, text32)
      assert.equal(parseFloatBits(text64, formatF64), double, text64)
    }
  })
  test('decimals are rounded as the host rounds them', () => {
    const edges =
      '0 -0 1 0.1 1e308 1.7976931348623157e308 5e-324 2.5e-324 2.4e-324 2.2250738585072011e-308 ' +
      '9007199254740993 123456789012345678901234567890 1_000.5 1. 4.35 8.5e-7'
    for (const text of edges.split(' ')) {
      const expected = f64Bits(Number(text.replaceAll('_', '')))
      assert.equal(parseFloatBits(text, formatF64), expected, text)
    }
  })
  test('an f32 is rounded once, not first to f64', () => {
    // Half way between 1 and the next f32, and a trifle more: the f64 in between is exactly half
    // way.
    assert.equal(parseFloatBits('1.000000059604644775390625', formatF32), f32Bits(1))
    const above = '1.0000000596046447753906250000000001'
    assert.equal(Math.fround(Number(above)), 1)
    assert.equal(parseFloatBits(above, formatF32), f32Bits(1 + 2 ** -23))
  })
  test('hexadecimal floats, infinities and NaNs', () => {
    assert.equal(parseFloatBits('0x1.8p3', formatF64), f64Bits(12))
    assert.equal(parseFloatBits('-0x.8', formatF64), null)
    assert.equal(parseFloatBits('0x1p-149', formatF32), 1n)
    assert.equal(parseFloatBits('0x1p-150', formatF32), 0n)
    assert.equal(parseFloatBits('0x1.000001p-150', formatF32), 1n)
    assert.equal(parseFloatBits('0x1.fffffep127', formatF32), 0x7f7fffffn)
    assert.equal(parseFloatBits('0x1.ffffffp127', formatF32), null)
    assert.equal(parseFloatBits('-inf', formatF32), 0xff800000n)
    assert.equal(parseFloatBits('nan', formatF64), 0x7ff8000000000000n)
    assert.equal(parseFloatBits('-nan:0x1', formatF32), 0xff800001n)
    assert.equal(parseFloatBits('nan:0x800000', formatF32), null)
  })
})

test('integers are signed or unsigned, in their width', () => {
  assert.equal(parseInteger('255', 8), -1n)
  assert.equal(parseInteger('-128', 8), -128n)
  assert.equal(parseInteger('256', 8), null)
  assert.equal(parseInteger('-129', 8), null)
  assert.equal(parseInteger('0xffff_ffff_ffff_ffff', 64), -1n)
  for (const bad of ['', '-', '0x', '1_', '_1', '1__0', '1.0', '1e3', 'a']) {
    assert.equal(parseInteger(bad, 32), null, bad)
  }
})
