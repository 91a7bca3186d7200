import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ByteReader, ByteWriter } from './bytes.ts'
import { VacError } from './errors.ts'

suite('bytes', () => {
  test('what is written at any length, across every growth of the buffer, is read again', () => {
    for (let lead = 0; lead < 600; lead++) {
      const writer = new ByteWriter()
      for (let i = 0; i < lead; i++) writer.u8(7)
      writer.u16(0x1234)
      writer.u32(0xdeadbeef)
      writer.u64(0x0123456789abcdefn)
      writer.uleb(1n << 63n)
      writer.text('ü')
      const reader = new ByteReader(writer.take(), 'STATE_MALFORMED')
      for (let i = 0; i < lead; i++) assert.equal(reader.u8(), 7)
      assert.equal(reader.u16(), 0x1234)
      assert.equal(reader.u32(), 0xdeadbeef)
      assert.equal(reader.u64(), 0x0123456789abcdefn)
      assert.equal(reader.ulebBig(), 1n << 63n)
      assert.equal(reader.text(), 'ü')
      assert.equal(reader.left, 0)
    }
  })

  test('the end of the data, a padded and an over-long LEB128 are refused with their place', () => {
    const codes = [[], [0x80, 0x00], new Array(11).fill(0x80)].map((bytes) => {
      try {
        new ByteReader(Uint8Array.from(bytes), 'STATE_MALFORMED').uleb()
        return 'read'
      } catch (error) {
        return error instanceof VacError ? (error.detail.where ?? '') : 'thrown'
      }
    })
    assert.deepEqual(codes, ['offset 0', 'offset 2', 'offset 10'])
  })
})
