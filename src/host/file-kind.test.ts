import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { fileKind } from './file-kind.ts'

const kind = (content: string | number[]): string => fileKind(Buffer.from(content as string))

suite('file kinds', () => {
  const samples: [string | number[], string][] = [
    [[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], 'wasm'],
    [[0, 0x61, 0x73, 0x6d], 'wasm'],
    [[0, 0x61, 0x73, 0x6d, 13, 0, 1, 0], 'component'],
    [[0, 0x41, 0x54, 0x4d, 1], 'atom'],
    [[0, 0x56, 0x53, 0x54, 0], 'state'],
    [[0x7f, 0x45, 0x4c, 0x46, 0], 'unknown'],
    [[0xff, 0xfe, 0x28], 'unknown'],
    ['', 'unknown'],
    ['(module)', 'wat'],
    ['\ufeff ;; text\n  (; more ;) (module)', 'wat'],
    ['; a comment\nmemory 1\n', 'vasm'],
    ['; (module)', 'vasm'],
    ['func f ()\n', 'vasm'],
  ]
  for (const [content, expected] of samples) {
    test(`${JSON.stringify(content).slice(0, 40)} is ${expected}`, () =>
      assert.equal(kind(content), expected))
  }
})
