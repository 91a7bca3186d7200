// A shared table against a Map, forks included.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SharedTable } from './shared-table.ts'

interface Value {
  readonly value: number
}

describe('a shared table', () => {
  it('does what a Map does, forks included, in ascending order', () => {
    const pairs = [{ table: new SharedTable<Value>(), model: new Map<number, Value>() }]
    let state = 7
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    for (let step = 0; step < 20_000; step++) {
      const { table, model } = pairs[next(pairs.length)]
      const number = [next(70), next(5000), 2 ** 40 + next(99)][next(3)]
      if (next(3) === 0) {
        table.delete(number)
        model.delete(number)
      } else if (next(300) === 0 && pairs.length < 8) {
        pairs.push({ table: table.fork(), model: new Map(model) })
      } else {
        const value = { value: step }
        table.set(number, value)
        model.set(number, value)
      }
      assert.equal(table.get(number), model.get(number))
      assert.equal(table.size, model.size)
    }
    assert.ok(pairs.length > 3)
    for (const { table, model } of pairs) {
      assert.deepEqual(
        [...table.entries()],
        [...model].sort(([a], [b]) => a - b),
      )
    }
  })

  it('drops what is empty', () => {
    const table = new SharedTable<Value>()
    for (let number = 0; number < 100_000; number++) {
      table.set(number, { value: number })
      if (number > 0) table.delete(number - 1)
    }
    assert.deepEqual([...table.entries()], [[99_999, { value: 99_999 }]])
    table.delete(99_999)
    assert.equal(table.get(99_999), undefined)
    assert.equal(table.size, 0)
  })
})
