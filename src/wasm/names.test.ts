// The name section: every map that is kept, and malformed sections that are ignored.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeModule } from './decode.ts'
import { type Bytes, custom, list, moduleOf, name, section } from './tools/test-module.ts'

const named = (index: number, text: string): Bytes => [index, ...name(text)]
const subsection = section

const namesOf = (...subsections: Bytes[]) =>
  decodeModule(moduleOf(custom('name', ...subsections))).names

describe('names', () => {
  it('are kept for functions, locals, tables, memories, globals and tags', () => {
    const names = namesOf(
      subsection(0, name('m')),
      subsection(1, list(named(0, 'f'), named(2, 'g'))),
      subsection(2, list([1, ...list(named(0, 'x'), named(3, 'y'))])),
      subsection(3, [0xff, 0xff]),
      subsection(5, list(named(0, 't'))),
      subsection(6, list(named(0, 'mem'))),
      subsection(7, list(named(0, 'glo'))),
      subsection(11, list(named(0, 'tag'))),
    )
    assert.equal(names.module, 'm')
    assert.deepEqual(Object.fromEntries(names.functions), { 0: 'f', 2: 'g' })
    assert.deepEqual([...names.locals.keys()], [1])
    assert.deepEqual(Object.fromEntries(names.locals.get(1) ?? []), { 0: 'x', 3: 'y' })
    assert.equal(names.tables.get(0), 't')
    assert.equal(names.memories.get(0), 'mem')
    assert.equal(names.globals.get(0), 'glo')
    assert.equal(names.tags.get(0), 'tag')
  })
  it('are left out as a whole where the section is malformed', () => {
    const good = subsection(0, name('m'))
    for (const bad of [[1], subsection(1, list(named(0, 'f')), [0]), subsection(1, [9]), [1, 9]]) {
      const names = namesOf(good, bad)
      assert.equal(names.module, null)
      assert.equal(names.functions.size, 0)
    }
  })
  it('other custom sections are kept as they are, in order', () => {
    const module = decodeModule(
      moduleOf(custom('.debug_info', [1, 2]), custom('name'), custom('producers', [3])),
    )
    assert.deepEqual(
      module.customs.map((entry) => [entry.name, ...entry.bytes]),
      [
        ['.debug_info', 1, 2],
        ['producers', 3],
      ],
    )
  })
})
