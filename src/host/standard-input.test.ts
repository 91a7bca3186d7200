import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { VacError } from '../base/errors.ts'
import { StandardInput } from './standard-input.ts'

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncIterable<Uint8Array> {
  let at = 0
  for (const size of sizes) yield bytes.subarray(at, (at += size))
  if (at < bytes.length) yield bytes.subarray(at)
}

async function pieces(input: StandardInput): Promise<string[]> {
  const list: string[] = []
  for (let piece = await input.next(); piece !== null; piece = await input.next()) {
    list.push(new TextDecoder().decode(piece))
  }
  return list
}

suite('standard input', () => {
  const long = 'x'.repeat(150_000)
  const text = `one\n\ntwo\n${long}\nlast`
  const bytes = new TextEncoder().encode(text)
  const expected = [
    'one\n',
    '\n',
    'two\n',
    'x'.repeat(65_536),
    'x'.repeat(65_536),
    `${'x'.repeat(150_000 - 131_072)}\n`,
    'last',
  ]

  const chops = { whole: [], bytes: new Array(12).fill(1), odd: [2, 3, 65_000, 1], big: [100_000] }
  for (const [name, sizes] of Object.entries(chops)) {
    test(`is cut by its content, chopped as ${name}`, async () => {
      const input = new StandardInput(() => chunksOf(bytes, sizes))
      assert.deepEqual(await pieces(input), expected)
      assert.equal(await input.next(), null)
    })
  }

  test('is not opened before the first read', async () => {
    let opened = 0
    const input = new StandardInput(() => {
      opened++
      return chunksOf(bytes, [])
    })
    assert.equal(opened, 0)
    await input.next()
    await input.next()
    assert.equal(opened, 1)
  })

  test('a failing stream is a coded error', async () => {
    const input = new StandardInput(() => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(Object.assign(new Error(), { code: 'EISDIR' })),
      }),
    }))
    await assert.rejects(
      input.next(),
      (error) => error instanceof VacError && /a directory.*/.test(error.message),
    )
  })
})
