import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { VacError } from '../base/errors.ts'
import { nearest } from './nearest.ts'
import { has, optionValue, optionValues, parseOptions, sizeBytes } from './options.ts'
import { verbs } from './verbs.ts'

const rows = [
  { name: 'ticks', value: 'N', says: '' },
  { name: 'env', value: 'V', many: true as const, says: '' },
  { name: 'output', short: 'o', value: 'FILE', says: '' },
  { name: 'json', value: null, says: '' },
]

suite('options', () => {
  test('end at the first word that is none, and the rest is untouched', () => {
    const words = ['--json', '--ticks', '5', 'p', '--json', '--unknown', '--', '-x']
    const given = parseOptions(words, rows, false)
    assert.ok(has(given, 'json'))
    assert.equal(optionValue(given, 'ticks'), '5')
    assert.deepEqual(given.rest, ['p', '--json', '--unknown', '--', '-x'])
  })

  test('have no short form but their own', () => {
    assert.throws(() => parseOptions(['-undefined', '5'], rows, false), VacError)
  })

  test('end at --', () => {
    assert.deepEqual(parseOptions(['--json', '--', '--ticks'], rows, false).rest, ['--ticks'])
  })

  test('may stand anywhere where no guest is started', () => {
    const given = parseOptions(['a', '-o', 'b', '--json', '-'], rows, true)
    assert.deepEqual(given.rest, ['a', '-'])
    assert.equal(optionValue(given, 'output'), 'b')
  })

  test('take values after a blank or =, even such as look like options', () => {
    const given = parseOptions(['--env=A=--x', '--env', '--y', '--ticks='], rows, false)
    assert.deepEqual(optionValues(given, 'env'), ['A=--x', '--y'])
    assert.equal(optionValue(given, 'ticks'), '')
  })

  test('sizes are bytes, or K, M, G with or without iB', () => {
    const size = (text: string): number | null =>
      sizeBytes(parseOptions(['--ticks', text], rows, false), 'ticks', 2 ** 40)
    assert.deepEqual(['7', '2K', '3MiB', '1G'].map(size), [7, 2048, 3 << 20, 2 ** 30])
    for (const text of ['', 'M', '-1', '1.5G', '1T', '9999G']) {
      assert.throws(() => size(text), VacError, text)
    }
  })

  test('no verb has two options of one name', () => {
    for (const { name, options } of verbs) {
      const names = options.flatMap((row) => [row.name, row.short ?? []].flat())
      assert.equal(new Set(names).size, names.length, name)
    }
  })
})

suite('did you mean', () => {
  const samples: [string, string | null][] = [
    ['rnu', 'run'],
    ['rin', 'run'],
    ['runn', 'run'],
    ['inspct', 'inspect'],
    ['xyz', null],
    ['', null],
  ]
  for (const [word, expected] of samples) {
    test(`${word || 'nothing'}: ${expected}`, () =>
      assert.equal(nearest(word, ['run', 'inspect', 'asm']), expected))
  }
})
