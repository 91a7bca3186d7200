// Places and lines of a program that Clang compiled, in both versions of DWARF, and of one whose
// debug sections are damaged.
import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { decodeProgram } from '../../isa/codec/decode.ts'
import { encodeProgram } from '../../isa/codec/encode.ts'
import type { Program } from '../../isa/program.ts'
import { damagedCopy } from '../tools/damaged-copy.ts'
import { debugSample, SAMPLE, sampleLine } from '../tools/debug-sample.ts'
import { translate } from '../translate.ts'
import { type ProgramSource, sourceOf } from './program-source.ts'

const functionNamed = ({ names }: Program, name: string): number => {
  const found = [...names.functions].find(([, other]) => other === name)
  assert.ok(found !== undefined, `no function ${name}`)
  return found[0]
}
const sourceIn = (program: Program): ProgramSource => {
  const source = sourceOf(program)
  assert.ok(source !== null)
  return source
}
/** The lines of a function's instructions, in their order, without those that repeat. */
function linesOf(program: Program, index: number): number[] {
  const def = program.functions[index - program.imports.length]
  const source = sourceIn(program)
  const lines = Array.from(def.code.op, (_, pc) => source.lineOf({ function: index, pc })?.line)
  return lines.filter((line) => line !== undefined).filter((line, at, all) => line !== all[at - 1])
}

for (const version of [4, 5]) {
  suite(`DWARF ${version}`, () => {
    let plain: Program
    let optimised: Program
    before(async () => {
      plain = translate(await debugSample([`-gdwarf-${version}`, '-O0']))
      optimised = translate(await debugSample([`-gdwarf-${version}`, '-O2']))
    })

    test('instructions have the lines of their statements, in order', () => {
      const start = sampleLine('int add(')
      const index = functionNamed(plain, 'add')
      assert.deepEqual(linesOf(plain, index), [start, start + 1, start + 2, start + 3])
      const line = sourceIn(plain).lineOf({ function: index, pc: 0 })
      assert.equal(line?.file.name, SAMPLE)
      assert.equal(line?.file.path, `/${SAMPLE}`)
    })

    test('a line has a place, whose line it is, behind the prologue', () => {
      const source = sourceIn(plain)
      const add = functionNamed(plain, 'add')
      for (const text of ['the sum is made', 'the call', 'all is known', 'the end']) {
        const line = sampleLine(text)
        for (const file of [SAMPLE, `/${SAMPLE}`, 'debug-sample.c', 'tools/debug-sample.c']) {
          const found = source.placesOf(file, line)
          assert.equal(found?.line, line)
          assert.equal(found?.places.length, 1)
          assert.equal(source.lineOf(found?.places[0])?.line, line)
        }
      }
      const opening = source.placesOf(SAMPLE, sampleLine('int add('))
      assert.equal(opening?.places[0].function, add)
      assert.ok((opening?.places[0].pc ?? 0) > 0)
      assert.deepEqual(source.bodyOf(add), opening?.places[0])
    })

    test('a line without code leads to the next that has some, one past the end nowhere', () => {
      const source = sourceIn(plain)
      const line = sampleLine('int counter')
      assert.equal(source.placesOf(SAMPLE, line)?.line, sampleLine('int add('))
      assert.equal(source.placesOf(SAMPLE, 1000), null)
      assert.equal(source.placesOf('ample.c', line), null)
    })

    test('optimised code has lines too, those of an inlined function included', () => {
      const source = sourceIn(optimised)
      const found = source.placesOf(SAMPLE, sampleLine('the sum is made'))
      const index = functionNamed(optimised, 'total_of')
      assert.deepEqual(
        found?.places.map((place) => place.function),
        [index],
      )
    })

    test('a saved program keeps its lines', () => {
      const again = decodeProgram(encodeProgram(plain))
      const index = functionNamed(plain, 'total_of')
      assert.deepEqual(linesOf(again, index), linesOf(plain, index))
    })

    test('damaged debug sections yield other lines or none, and no error', () => {
      let lost = 0
      const add = functionNamed(plain, 'add')
      for (let round = 0; round < 400; round++) {
        const source = sourceOf(damagedCopy(plain, round))
        if (source?.lineOf({ function: add, pc: 5 })?.line !== sampleLine('int add(') + 1) lost++
        source?.placesOf(SAMPLE, sampleLine('the call'))
        source?.files()
        source?.bodyOf(add)
      }
      assert.ok(lost > 0, 'no round did damage')
    })
  })
}

test('a program without debug sections has no source', async () => {
  assert.equal(sourceOf(translate(await debugSample(['-O2', '-g0']))), null)
})
