import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { VacError } from '../base/errors.ts'
import { defaultManifest } from '../machine/manifest.ts'
import { parseManifest } from './manifest-file.ts'

const parse = (text: string) => parseManifest(new TextEncoder().encode(text), 'm.json')

suite('manifest files', () => {
  test('an empty one is the default', () => {
    assert.deepEqual(parse('{"vac": 1}'), { manifest: defaultManifest, requests: null })
  })

  test('the example of the specification is read, and every field of it counts', () => {
    const spec = readFileSync(join(import.meta.dirname, '../../spec/manifest.md'), 'utf8')
    const example = /```json\n([\s\S]*?)```/.exec(spec)?.[1]
    assert.ok(example)
    const { manifest, requests } = parse(example)
    assert.deepEqual({ ...manifest, requests: [] }, defaultManifest)
    assert.deepEqual([...(requests ?? [])], ['console', 'args', 'clock'])
    for (const field of ['memoryPages', 'tableEntries', 'stackWords', 'instances']) {
      const changed: string = example.replace(new RegExp(`("${field}": )\\d+`), '$1100')
      assert.equal(parse(changed).manifest.limits[field as 'instances'], 100)
    }
    assert.equal(parse(example.replace('"17', '"18')).manifest.vtime.epoch, 18n * 10n ** 17n)
    assert.deepEqual(parse(example.replace('[1, 1]', '[3, 2]')).manifest.vtime.nanosPerTick, [3, 2])
  })

  const refused: [string, string][] = [
    ['{}', 'field vac'],
    ['{"vac": 2}', 'field vac'],
    ['[]', 'm.json'],
    ['null', 'm.json'],
    ['', 'JSON'],
    ['{"vac": 1, "seeed": ""}', 'seeed'],
    ['{"vac": 1, "__proto__": 1}', '__proto__'],
    ['{"vac": 1, "seed": "00"}', 'field seed'],
    ['{"vac": 1, "limits": {"stackWords": 1.5}}', 'limits.stackWords'],
    ['{"vac": 1, "limits": {"stackWords": 1e300}}', 'limits.stackWords'],
    ['{"vac": 1, "limits": {"memoryPages": -1}}', 'limits.memoryPages'],
    ['{"vac": 1, "limits": {"memoryPages": "9"}}', 'limits.memoryPages'],
    ['{"vac": 1, "vtime": {"nanosPerTick": [1, 0]}}', 'vtime.nanosPerTick'],
    ['{"vac": 1, "vtime": {"nanosPerTick": [1]}}', 'vtime.nanosPerTick'],
    ['{"vac": 1, "vtime": {"epoch": 5}}', 'vtime.epoch'],
    ['{"vac": 1, "vtime": {"epoch": "-5"}}', 'vtime.epoch'],
    ['{"vac": 1, "vtime": {"epoch": "18446744073709551616"}}', 'vtime.epoch'],
    ['{"vac": 1, "requests": ["everything"]}', 'requests.0'],
  ]
  for (const [text, says] of refused) {
    test(`${text} is refused, and ${says} is named`, () =>
      assert.throws(
        () => parse(text),
        (error) =>
          error instanceof VacError &&
          error.code === 'MANIFEST_INVALID' &&
          error.message.includes(says),
      ))
  }
})
