// Variables of a program that Clang compiled, as they stand at a line; and of one whose debug
// sections are damaged.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Place } from '../../machine/machine.ts'
import { Watchpoints } from '../../machine/watch.ts'
import { Expression } from '../../time/expression/expression.ts'
import { loadProgram, Vac } from '../../vac.ts'
import { damagedCopy } from '../tools/damaged-copy.ts'
import { debugSample, SAMPLE, sampleLine } from '../tools/debug-sample.ts'
import { frameValues, type ProgramSource, sourceOf, type Variable } from './program-source.ts'

interface Stop {
  readonly vac: Vac
  readonly source: ProgramSource
  readonly place: Place
}

/** The sample, run by an engine up to the line with this text. */
async function stopAt(
  wasm: Uint8Array,
  text: string,
  engine: 'interpreter' | 'jit' = 'interpreter',
): Promise<Stop> {
  const vac = new Vac({ engine })
  vac.start(['sample'])
  const instance = vac.instantiate(await loadProgram(wasm, 'sample', { cache: null }))
  const { program } = vac.machine.store.instances[instance.number]
  const source = sourceOf(program)
  assert.ok(source !== null)
  const found = source.placesOf(SAMPLE, sampleLine(text))
  const places = (found?.places ?? []).map((at) => ({ instance: instance.number, ...at }))
  instance.begin('_start')
  vac.run(1_000_000, null, new Watchpoints('stop', [], places))
  const [place] = vac.machine.chain(vac.machine.framePc[vac.machine.depth - 1])
  return { vac, source, place }
}

function variablesAt({ vac, source, place }: Stop, call = 0, outer = 0): readonly Variable[] {
  const { machine } = vac
  const at = outer === 0 ? place : machine.chain(machine.framePc[machine.depth - 1])[outer]
  return source.variablesOf(at, frameValues(machine, machine.depth - 1 - outer), call)
}
const shown = (variables: readonly Variable[]): Record<string, string> =>
  Object.fromEntries(variables.map(({ name, type, value }) => [`${type} ${name}`, value]))
const named = (variables: readonly Variable[], name: string): Variable => {
  const found = variables.find((variable) => variable.name === name)
  assert.ok(found !== undefined, `no ${name}`)
  return found
}
const withoutAddresses = (text: string): string => text.replaceAll(/0x[0-9a-f]+/g, '0x')

const MAIN: Readonly<Record<string, string>> = {
  'int argc': '1',
  'char ** argv': '0x',
  'struct node last':
    '{name = 0x "last", at = {x = 3, y = 2.5}, next = null, tags = [1, 2, 3, 4], color = BLUE (6)}',
  'struct node first':
    '{name = 0x "first", at = {x = -1, y = 0.5}, next = 0x, ' +
    'tags = [9, 8, 7, 6], color = GREEN (5)}',
  '_Bool many': 'false',
  'float ratio': '1.5',
  'int total': '4',
}

for (const version of [4, 5]) {
  suite(`variables, DWARF ${version}`, () => {
    test('of a plain build are all known, by any engine', async () => {
      const wasm = await debugSample([`-gdwarf-${version}`, '-O0'])
      for (const engine of ['interpreter', 'jit'] as const) {
        const stop = await stopAt(wasm, 'all is known', engine)
        const values = Object.entries(shown(variablesAt(stop)))
        const found = values.map(([name, value]) => [name, withoutAddresses(value)])
        assert.deepEqual(Object.fromEntries(found), MAIN)
        const { compiledTicks } = stop.vac.engineFacts
        assert.equal(compiledTicks > 0, engine === 'jit')
      }
    })

    test('have parts: members, elements, what is pointed to', async () => {
      const stop = await stopAt(await debugSample([`-gdwarf-${version}`, '-O0']), 'all is known')
      const first = named(variablesAt(stop), 'first')
      assert.equal(first.sizeBytes, 40)
      assert.equal(first.children.length, 5)
      const at = named(first.children, 'at')
      assert.equal(at.address, (first.address ?? 0) + 8)
      assert.deepEqual(shown(at.children), { 'int x': '-1', 'double y': '0.5' })
      const next = named(first.children, 'next')
      assert.equal(named(named(next.children, 'at').children, 'y').value, '2.5')
      assert.deepEqual(shown(named(first.children, 'tags').children), {
        'uint8_t [0]': '9',
        'uint8_t [1]': '8',
        'uint8_t [2]': '7',
        'uint8_t [3]': '6',
      })
      const values = [
        'var(total) * 2',
        'var(ratio)',
        'var("first.next->at.y") + 1',
        'var("first.tags[1]")',
        'var(first.color)',
        'var(many)',
        'cstring(var(first.name)) == "first"',
        'var(first)',
        'var(nothing)',
      ].map((text) => new Expression(text).value(stop.vac.machine))
      assert.deepEqual(values, [8n, 1.5, 3.5, 8n, 5n, 0n, 1n, null, null])
      const [program] = named(variablesAt(stop), 'argv').children
      assert.match(program.value, /^0x[0-9a-f]+ "sample"$/)
    })

    test('of outer frames and of no function are known too', async () => {
      const stop = await stopAt(await debugSample([`-gdwarf-${version}`, '-O0']), 'the sum is made')
      assert.deepEqual(shown(variablesAt(stop)), { 'int a': '0', 'int b': '-2', 'int sum': '-2' })
      const outer = variablesAt(stop, 0, 1)
      assert.deepEqual(
        outer.map(({ name }) => name),
        ['wide', 'at', 'list', 'total'],
      )
      assert.equal(named(outer, 'wide').value, '-2')
      assert.equal(named(variablesAt(stop, 0, 2), 'ratio').value, '1.5')
      const values = frameValues(stop.vac.machine, stop.vac.machine.depth - 1)
      const counter = stop.source.globalNamed('counter', stop.place, values)
      assert.deepEqual([counter?.value, counter?.type], ['7', 'int'])
      assert.equal(stop.source.globalNamed('nothing', stop.place, values), null)
    })

    test('of a function that calls none are known up to its end', async () => {
      const stop = await stopAt(await debugSample([`-gdwarf-${version}`, '-O0']), 'the sum is made')
      const { machine } = stop.vac
      let steps = 0
      for (; machine.frameFunction[machine.depth - 1].index === stop.place.function; steps++) {
        const [place] = machine.chain(machine.framePc[machine.depth - 1])
        const variables = shown(variablesAt({ ...stop, place }))
        assert.deepEqual(variables, { 'int a': '0', 'int b': '-2', 'int sum': '-2' })
        stop.vac.run(1)
      }
      assert.ok(steps > 5)
    })

    test('of an optimised build are right, or told to be optimized out', async () => {
      const wasm = await debugSample([`-gdwarf-${version}`, '-O2'])
      const texts = []
      for (const engine of ['interpreter', 'jit'] as const) {
        const stop = await stopAt(wasm, 'all is known', engine)
        const frame = variablesAt(stop)
        assert.equal(named(frame, 'ratio').value, '1.5')
        for (const [name, value] of Object.entries(shown(frame))) {
          if (value.includes('optimized out')) continue
          assert.equal(withoutAddresses(value), MAIN[name], name)
        }
        texts.push(shown(frame))
      }
      assert.deepEqual(texts[0], texts[1])
    })

    test('of inlined functions belong to their calls', async () => {
      const stop = await stopAt(await debugSample([`-gdwarf-${version}`, '-O2']), 'the sum is made')
      const frames = stop.source.framesOf(stop.place)
      assert.deepEqual(
        frames.map(({ name, line }) => [name, line?.line]),
        [
          ['add', sampleLine('the sum is made')],
          ['total_of', sampleLine('the call')],
        ],
      )
      const [inner, outer] = frames.map((_, call) => variablesAt(stop, call))
      assert.ok(inner.some(({ name }) => name === 'sum'))
      assert.ok(outer.some(({ name }) => name === 'at'))
    })

    test('of damaged debug sections yield other values or none, and no error', async () => {
      const stop = await stopAt(await debugSample([`-gdwarf-${version}`, '-O0']), 'all is known')
      const { program } = stop.vac.machine.store.instances[stop.place.instance]
      const whole = JSON.stringify(shown(variablesAt(stop)))
      let lost = 0
      for (let round = 0; round < 1000; round++) {
        const source = sourceOf(damagedCopy(program, round))
        if (source === null) continue
        const variables = source.framesOf(stop.place).flatMap((_, call) => {
          return variablesAt({ ...stop, source }, call)
        })
        look(variables, 3)
        source.functionsNamed('main')
        if (JSON.stringify(shown(variables)) !== whole) lost++
      }
      assert.ok(lost > 0, 'no round did damage')
    })
  })
}

function look(variables: readonly Variable[], depth: number): void {
  for (const variable of variables) {
    assert.equal(typeof `${variable.type} ${variable.value} ${variable.sizeBytes}`, 'string')
    if (depth > 0) look(variable.children.slice(0, 16), depth - 1)
  }
}
