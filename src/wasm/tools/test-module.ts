// Builds WebAssembly modules by hand for the tests of this room.
import assert from 'node:assert/strict'
import { ByteWriter, utf8 } from '../../base/bytes.ts'
import { type ErrorCode, VacError } from '../../base/errors.ts'

export type Bytes = readonly number[]

const uleb = (value: number): number[] => {
  const writer = new ByteWriter()
  writer.uleb(value)
  return [...writer.take()]
}

export const name = (text: string): number[] => [...uleb(utf8(text).length), ...utf8(text)]
export const list = (...items: Bytes[]): number[] => [...uleb(items.length), ...items.flat()]
export const section = (id: number, ...parts: Bytes[]): number[] => {
  const contents = parts.flat()
  return [id, ...uleb(contents.length), ...contents]
}
export const custom = (title: string, ...parts: Bytes[]): number[] =>
  section(0, name(title), ...parts)
export const preamble: Bytes = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
export const moduleOf = (...sections: Bytes[]): Uint8Array =>
  Uint8Array.from([...preamble, ...sections.flat()])

/** A type section with `(func)` as type 0, one function of it, and its empty body. */
export const funcType: Bytes = [0x60, 0x00, 0x00]
export const emptyBody: Bytes = [0x02, 0x00, 0x0b]

/** Runs what must be refused with a code and words, and gives the place it names. */
export function refused(code: ErrorCode, words: string, run: () => unknown): string {
  let place = ''
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof VacError, `${error}`)
    assert.equal(error.code, code, error.message)
    assert.ok(error.message.includes(words), error.message)
    place = error.detail.where ?? ''
    return true
  })
  return place
}
