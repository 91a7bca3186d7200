// The door as a whole: what a program takes over from a module, and which refusal wins.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type Bytes,
  custom,
  emptyBody,
  funcType,
  list,
  moduleOf,
  name,
  refused,
  section,
} from './tools/test-module.ts'
import { translate } from './translate.ts'

const types = section(1, list(funcType))
const body = (...bytes: number[]): Bytes => [bytes.length, ...bytes]

describe('a translated module', () => {
  it('lists what it defines, without what it imports', () => {
    const imports = section(
      2,
      list(
        [...name('m'), ...name('f'), 0, 0],
        [...name('m'), ...name('m'), 2, 0, 1],
        [...name('m'), ...name('t'), 4, 0, 0],
      ),
    )
    const program = translate(
      moduleOf(
        types,
        imports,
        section(3, list([0])),
        section(5, list([0, 7])),
        section(13, list([0, 0], [0, 0])),
        section(8, [1]),
        section(10, list(emptyBody)),
        custom('producers', [1]),
      ),
    )
    assert.equal(program.imports.length, 3)
    assert.deepEqual(
      program.functions.map(({ type }) => type),
      [0],
    )
    assert.deepEqual(
      program.memories.map(({ min }) => min),
      [7n],
    )
    assert.deepEqual(program.tags, [0, 0])
    assert.equal(program.start, 1)
    assert.deepEqual(
      program.customs.map((entry) => entry.name),
      ['producers'],
    )
  })
})

describe('a refusal', () => {
  const two = (first: Bytes, second: Bytes): Uint8Array =>
    moduleOf(types, section(3, list([0], [0])), section(10, list(first, second)))
  const unbalanced = body(0, 0x41, 0, 0x0b)
  it('as malformed wins over one as invalid before it', () => {
    const place = refused('WASM_INVALID', '', () => translate(two(unbalanced, unbalanced)))
    assert.equal(place.startsWith('offset 0x1'), true, place)
    refused('WASM_MALFORMED', 'illegal opcode', () =>
      translate(two(unbalanced, body(0, 0xff, 0x0b))),
    )
    refused('WASM_MALFORMED', '', () => translate(two(unbalanced, body(0, 0x01))))
  })
  it('of a body comes after those of the module', () => {
    const exported = section(7, list([...name('x'), 2, 0]))
    const functions = section(3, list([0]))
    const code = section(10, list(unbalanced))
    refused('WASM_INVALID', 'unknown memory 0', () =>
      translate(moduleOf(types, functions, exported, code)),
    )
  })
})
