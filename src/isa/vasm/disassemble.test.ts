// Text and program: each gives the other back, names and debug facts included.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { VacError } from '../../base/errors.ts'
import { encodeProgram } from '../codec/encode.ts'
import { table } from '../table.ts'
import {
  below,
  chanceOf,
  codeOf,
  functionOf,
  programOf,
  randomProgram,
} from '../tools/random-program.ts'
import { assemble } from './assemble.ts'
import { disassemble } from './disassemble.ts'

const seeds = Array.from({ length: 300 }, (_, seed) => seed)
const repeat = (seed: number, text: string): string =>
  `seed ${seed}; repeat with: node --test src/isa/vasm/disassemble.test.ts\n${text}`

test('every row of the table with random immediates', () => {
  for (const row of table) {
    const chance = chanceOf(row.code)
    const program = programOf(functionOf(chance, codeOf(chance, new Array(20).fill(row))))
    const text = disassemble(program)
    assert.ok(text.includes(`\n  ${row.name}`), text)
    assert.deepEqual(encodeProgram(assemble(text)), encodeProgram(program), text)
  }
})

test('a disassembled program assembles to the same bytes, and to the same text again', () => {
  for (const seed of seeds) {
    const program = randomProgram(chanceOf(seed))
    const text = disassemble(program)
    const again = assemble(text)
    assert.deepEqual(encodeProgram(again), encodeProgram(program), repeat(seed, text))
    assert.equal(disassemble(again), text, repeat(seed, text))
  }
})

const junk = [
  '(',
  ')',
  '"',
  '->',
  ':',
  '..',
  'end',
  'func',
  '=',
  '@',
  '-1',
  ';',
  '\n',
  '{',
  '\\',
  'é',
]

test('damaged text assembles or is refused with line and column', () => {
  let refused = 0
  for (const seed of seeds) {
    const chance = chanceOf(seed)
    const text = disassemble(randomProgram(chance))
    for (let round = 0; round < 10; round++) {
      const at = below(chance, text.length)
      const drop = below(chance, 4)
      const bad = text.slice(0, at) + junk[below(chance, junk.length)] + text.slice(at + drop)
      try {
        encodeProgram(assemble(bad))
      } catch (error) {
        assert.ok(error instanceof VacError, `${error}; ${repeat(seed, bad)}`)
        assert.equal(error.code, 'VASM_SYNTAX', repeat(seed, bad))
        assert.match(error.detail.where ?? '', /^line \d+, column \d+$/)
        refused++
      }
    }
  }
  assert.ok(refused > 500, `${refused} refused`)
})

suite('the normal form', () => {
  const same = (what: string, written: string, normal: string): void => {
    test(what, () => assert.equal(disassemble(assemble(written)), normal))
  }
  same(
    'has no types where signatures say them',
    'type pair (i32, i32) -> i32\nfunc add (a: i32, b: i32) -> i32\nunreachable\nend',
    'func add (a: i32, b: i32) -> i32\n  unreachable\nend\n',
  )
  same(
    'keeps types that signatures do not find',
    'rec\ntype a open (i32)\ntype b extends a (i32)\nend\nfunc f type b\nreturn\nend',
    'rec\n  type open (i32) ; type 0\n  type extends 0 (i32) ; type 1\nend\n' +
      'func f type 1 (i32)\n  return\nend\n',
  )
  same(
    'names labels by number and marks by place',
    'func f ()\nlocal x: exnref\nhandle a..b tag e ref local x -> caught\n' +
      'a:\nthrow e\nb:\ncaught: [exnref]\nreturn\nend\ntag e ()',
    'tag e ()\nfunc f ()\n  local x: exnref\n  handle M0..M1 tag e ref local x -> L0\n' +
      'M0:\n  throw e\nM1:\nL0: [exnref]\n  return\nend\n',
  )
  same(
    'leaves out what is 0',
    'memory 1\nmemory b 1\nfunc f ()\ni32.load offset=0 memory=0\ni64.load memory=b offset=0x10\n' +
      'memory.copy 0 0\nmemory.copy b 0\njump 0 keep 0\nend',
    'memory 1\nmemory b 1\nfunc f ()\n  i32.load\n  i64.load offset=16 memory=b\n' +
      '  memory.copy\n  memory.copy b 0\n  jump 0\nend\n',
  )
  same(
    'writes numbers in their shortest form',
    'func f ()\ni32.const 0xffff_ffff\ni64.const -0x8000000000000000\nf32.const 0x1.99999ap-4\n' +
      'f64.const -0.0\nf32.const nan:0x200001\nf64.const nan\nv128.const 0x0100000000000000ff\nend',
    'func f ()\n  i32.const -1\n  i64.const -9223372036854775808\n  f32.const 0.1\n' +
      '  f64.const -0\n' +
      '  f32.const nan:0x200001\n  f64.const nan\n  v128.const i32x4 255 0 1 0\nend\n',
  )
  same(
    'gives doubled names apart',
    'func a ()\nend\nfunc b ()\ncall a\nend\nname func 1 "a"',
    'func () ; function 0\nend\nfunc () ; function 1\n  call 0\nend\n' +
      'name func 0 "a"\nname func 1 "a"\n',
  )
  same(
    'breaks long data, as text where it can be read',
    'data passive = 00 0102 "a\\n" ff\ndata at i32.const 1, i32.const 2, i32.add\n' +
      '= "0123456789012345678901234567890123456789"',
    'data passive = 00010261 0aff\ndata at i32.const 1, i32.const 2, i32.add\n' +
      '  = "01234567890123456789012345678901"\n  = "23456789"\n',
  )
  same(
    'keeps elements, tables and globals',
    'table t 1 max 2 wide funcref = ref.func f\nglobal g mut i32 = i32.const 7\n' +
      'elem e table t funcref at i64.const 0 = f (ref.null funcref)\nfunc f ()\nelem.drop e\nend',
    'table t 1 max 2 wide funcref = ref.func f\nglobal g mut i32 = i32.const 7\n' +
      'elem funcref at i64.const 0 = f (ref.null funcref)\nfunc f ()\n  elem.drop 0\nend\n',
  )
})
