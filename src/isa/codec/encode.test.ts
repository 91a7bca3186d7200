// The binary form: it loses nothing, it has one spelling, and it survives garbage.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bytesOfHex } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import { table } from '../table.ts'
import {
  below,
  chanceOf,
  codeOf,
  functionOf,
  programOf,
  randomProgram,
  withoutDebug,
} from '../tools/random-program.ts'
import { decodeProgram } from './decode.ts'
import { encodeProgram } from './encode.ts'

const seeds = Array.from({ length: 300 }, (_, seed) => seed)
const repeat = (seed: number): string =>
  `seed ${seed}; repeat with: node --test src/isa/codec/encode.test.ts`

suite('a program and its bytes', () => {
  test('every row of the table with random immediates', () => {
    for (const row of table) {
      const chance = chanceOf(row.code)
      const program = programOf(functionOf(chance, codeOf(chance, new Array(20).fill(row))))
      const bytes = encodeProgram(program)
      assert.deepEqual(decodeProgram(bytes), program, row.name)
    }
  })
  test('random programs come back as they were', () => {
    for (const seed of seeds) {
      const program = randomProgram(chanceOf(seed))
      assert.deepEqual(decodeProgram(encodeProgram(program)), program, repeat(seed))
    }
  })
  test('whatever decodes encodes to the same bytes, and the rest is refused with an offset', () => {
    let decoded = 0
    let refused = 0
    for (const seed of seeds) {
      const chance = chanceOf(seed)
      const bytes = encodeProgram(randomProgram(chance))
      for (let round = 0; round < 30; round++) {
        const bad = bytes.slice(0, chance() < 0.2 ? below(chance, bytes.length) : bytes.length)
        for (let i = 0; i < 1 + below(chance, 3) && bad.length > 8; i++) {
          bad[8 + below(chance, bad.length - 8)] = below(chance, 256)
        }
        try {
          assert.deepEqual(encodeProgram(decodeProgram(bad)), bad, repeat(seed))
          decoded++
        } catch (error) {
          assert.ok(error instanceof VacError, `${error}; ${repeat(seed)}`)
          assert.equal(error.code, 'ATOM_MALFORMED', repeat(seed))
          assert.match(error.detail.where ?? '', /^offset \d+$/, repeat(seed))
          refused++
        }
      }
    }
    assert.ok(decoded > 500 && refused > 500, `${decoded} decoded, ${refused} refused`)
  })
  test('the canonical part does not depend on names, source maps and custom sections', () => {
    let differing = 0
    for (const seed of seeds) {
      const program = randomProgram(chanceOf(seed))
      const bare = withoutDebug(program)
      assert.deepEqual(encodeProgram(program, 'canonical'), encodeProgram(bare), repeat(seed))
      if (encodeProgram(program).length !== encodeProgram(bare).length) differing++
    }
    assert.ok(differing > 100, 'the programs had debug facts')
  })
})

const bytesOf = (hex: string): Uint8Array => bytesOfHex(hex.replaceAll(' ', ''))
const head = '00 41 54 4d 01 00 00 00'
/**
 * One function of type 0 without locals, labels, handlers: its code, with the number of
 * instructions.
 */
const codeBytes = (code: string): string => {
  const size = bytesOf(code).length + 4
  const two = (n: number) => n.toString(16).padStart(2, '0')
  return `${head} 03 ${two(size + 2)} 01 ${two(size)} 00 00 00 00 ${code}`
}

suite('refused', () => {
  const cases: [what: string, hex: string, offset: number, found: string][] = [
    ['nothing', '', 0, 'the end of the data'],
    ['another magic', '00 61 73 6d 01 00 00 00', 1, 'byte 0x61'],
    ['another version', '00 41 54 4d 02 00 00 00', 4, 'version 2'],
    ['an unknown section', `${head} 0c 00`, 8, 'section 12'],
    ['sections out of order', `${head} 05 03 01 00 01 01 03 01 01 01`, 13, 'section 1 after 5'],
    ['a section twice', `${head} 09 01 00 09 01 00`, 11, 'section 9 after 9'],
    ['a section larger than the file', `${head} 05 09 01 00`, 9, 'size 9'],
    ['an empty section', `${head} 05 01 00`, 10, 'no memories'],
    ['bytes behind a section', `${head} 09 02 00 00`, 11, '1 bytes more'],
    ['a padded LEB128', `${head} 09 02 80 00`, 10, 'a padded function'],
    ['an index of 2^31', `${head} 09 05 80 80 80 80 08`, 10, 'function 2147483648'],
    ['a count without its items', `${head} 05 05 ff ff ff ff 07`, 10, '2147483647 memories'],
    ['flags that do not exist', `${head} 05 03 01 08 01`, 11, 'limit flags 8'],
    ['an empty group of types', `${head} 01 02 01 00`, 11, 'an empty group'],
    ['a value type that does not exist', `${head} 01 06 01 01 01 00 01 06`, 15, 'value type 6'],
    ['a number that is no reference', `${head} 04 05 01 01 00 00 00`, 11, 'value type 1'],
    ['an opcode that does not exist', codeBytes('01 06'), 17, 'opcode 0x6'],
    ['a missing immediate', codeBytes('01 41'), 18, 'the end of the data'],
    ['an i32 of 33 bits', codeBytes('01 41 80 80 80 80 10'), 18, 'i32 4294967296'],
    ['a padded i64', codeBytes('01 42 80 00'), 20, 'a padded LEB128'],
    ['a kind that does not exist', codeBytes('01 d0 01 0a'), 19, 'kind 10'],
    ['more labels than bytes', codeBytes('01 05 00 7f 00'), 19, '127 labels'],
    ['names out of order', `${head} 40 0a 01 08 02 01 01 61 00 01 62 00`, 16, 'index 0 after 1'],
    ['a name that is not UTF-8', `${head} 40 04 00 02 01 ff`, 14, 'bytes that are not UTF-8'],
    ['an empty section of names', `${head} 40 00`, 10, 'no names'],
    ['a source map of no function', `${head} 41 03 01 00 00`, 12, 'a source map of function 0'],
    ['a source offset below 0', `${codeBytes('01 01')} 41 03 01 00 01`, 22, 'source offset -1'],
  ]
  for (const [what, hex, offset, found] of cases) {
    test(what, () =>
      assert.throws(
        () => decodeProgram(bytesOf(hex)),
        (error) => {
          assert.ok(error instanceof VacError)
          const { where, found: was, expected } = error.detail
          assert.deepEqual([error.code, where, was], ['ATOM_MALFORMED', `offset ${offset}`, found])
          return (expected ?? '') !== ''
        },
      ),
    )
  }
})
