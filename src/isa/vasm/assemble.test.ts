// What is wrong with a text is said with line, column and a hint; absurd text is refused at once.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { VacError } from '../../base/errors.ts'
import { encodeProgram } from '../codec/encode.ts'
import { verifyProgram } from '../verify/verify.ts'
import { assemble } from './assemble.ts'
import { limits } from './assemble-items.ts'
import { disassemble } from './disassemble.ts'

function complaint(text: string): VacError {
  try {
    assemble(text)
  } catch (error) {
    assert.ok(error instanceof VacError, `${error}`)
    assert.equal(error.code, 'VASM_SYNTAX')
    return error
  }
  assert.fail('assembled')
}

/** The text of a function's only line, which is line 2. */
const inFunction = (line: string): string => `func f (n: i32)\n${line}\nend`

suite('refused', () => {
  const cases: [what: string, text: string, where: string, found: string, hint?: string][] = [
    [
      'an unknown instruction',
      inFunction('  i32.ad'),
      'line 2, column 3',
      "'i32.ad'",
      'did you mean i32.add?',
    ],
    ['an unknown item', '\n fnc f ()', 'line 2, column 2', "'fnc'", 'did you mean func?'],
    ['a word for no item', 'hello', 'line 1, column 1', "'hello'"],
    [
      'an unknown function',
      inFunction('call g\nend\nfunc gg ()'),
      'line 2, column 6',
      "'g'",
      'did you mean f?',
    ],
    ['an unknown local', inFunction('local.get m'), 'line 2, column 11', "'m'", 'did you mean n?'],
    [
      'an unknown label',
      inFunction('jump lop\nloop: []'),
      'line 2, column 6',
      "'lop'",
      'did you mean loop?',
    ],
    ['a jump to a mark', inFunction('a:\njump a'), 'line 3, column 6', "'a'"],
    ['an unknown type', 'func f (n: i23)\nend', 'line 1, column 12', "'i23'", 'did you mean i32?'],
    [
      'an unknown system call',
      inFunction('sys wirte'),
      'line 2, column 5',
      "'wirte'",
      'did you mean write?',
    ],
    ['a missing immediate', inFunction('i32.const'), 'line 2, column 10', 'the end of the line'],
    ['too much', inFunction('drop 1'), 'line 2, column 6', "'1'"],
    ['a number too large', inFunction('i32.const 4294967296'), 'line 2, column 11', "'4294967296'"],
    [
      'a number too small',
      inFunction('i32.const -2147483649'),
      'line 2, column 11',
      "'-2147483649'",
    ],
    ['a float that is infinite', inFunction('f32.const 1e39'), 'line 2, column 11', "'1e39'"],
    ['a NaN without payload', inFunction('f32.const nan:0x0'), 'line 2, column 11', "'nan:0x0'"],
    ['a lane too many', inFunction('v128.const i64x2 1 2 3'), 'line 2, column 22', "'3'"],
    [
      'one memory of two',
      'memory 1\n' + inFunction('memory.copy 1'),
      'line 3, column 14',
      'the end of the line',
    ],
    [
      'a table without else',
      inFunction('a: []\njump_table a'),
      'line 3, column 13',
      'the end of the line',
    ],
    ['a function without end', 'func f ()\nreturn', 'line 1, column 1', 'a func without end'],
    ['a function twice', 'func f ()\nend\nfunc f ()\nend', 'line 3, column 6', "'f' twice"],
    ['a local twice', inFunction('local n: i32'), 'line 2, column 7', "'n' twice"],
    ['a label twice', inFunction('a: []\na: []'), 'line 3, column 1', "'a' twice"],
    ['a mark with a label’s name', inFunction('a: []\na:'), 'line 3, column 1', "'a' twice"],
    ['a string without end', 'data passive = "abc', 'line 1, column 16', 'a string without end'],
    ['an unknown escape', 'data passive = "a\\qb"', 'line 1, column 18', '\\q'],
    ['half a surrogate', 'data passive = "\\u{d800}"', 'line 1, column 17', '\\u'],
    ['odd digits', 'data passive = 123', 'line 1, column 16', "'123'"],
    [
      'a name that is not UTF-8',
      'export "\\ff" func 0',
      'line 1, column 8',
      'a string that is not UTF-8',
    ],
    ['a continuation of nothing', '= 00', 'line 1, column 1', "'='"],
    [
      'a signature of another type',
      'type t (i32)\nfunc f type t (i64)\nend',
      'line 2, column 15',
      'another signature',
    ],
    ['an empty group', 'rec\nend', 'line 1, column 4', 'the end of the line'],
    [
      'a long token, cut',
      inFunction('x'.repeat(1000)),
      'line 2, column 1',
      `'${'x'.repeat(60)}...'`,
    ],
  ]
  for (const [what, text, where, found, hint] of cases) {
    test(what, () => {
      const error = complaint(text)
      assert.equal(error.detail.where, where, error.message)
      assert.equal(error.detail.found, found, error.message)
      assert.notEqual(error.detail.expected ?? '', '', error.message)
      assert.equal(error.detail.hint, hint, error.message)
    })
  }
})

suite('absurd text is refused quickly', () => {
  const size = 1_000_000
  const cases: [what: string, text: string][] = [
    ['parentheses', `func f ${'('.repeat(size)}`],
    ['parentheses in a constant', `global i32 = ${'('.repeat(size)}`],
    ['brackets', inFunction(`${'a: ['.repeat(size)}`)],
    ['quotes', `data passive = ${'"'.repeat(size + 1)}`],
    ['a long word', 'x'.repeat(size)],
    ['a long number', inFunction(`i32.const ${'9'.repeat(size)}`)],
    ['a long float', inFunction(`f64.const 1.${'9'.repeat(size)}`)],
    ['a large exponent', inFunction('f64.const 1e999999999')],
    ['functions without end', 'func f ()\n'.repeat(100_000)],
    ['a jump to very many labels', inFunction(`jump_table ${'0 '.repeat(size)}`)],
    ['labels without end', inFunction('a: [i32]\n'.repeat(100_000))],
    ['many jumps to nowhere', inFunction('jump nowhere\n'.repeat(100_000))],
    ['more text than the limit', ' '.repeat(limits.chars + 1)],
    ['more lines than the limit', '\n'.repeat(limits.lines + 1)],
  ]
  for (const [what, text] of cases) {
    test(what, { timeout: 10_000 }, () => {
      assert.match(complaint(text).detail.where ?? '', /^line \d+, column \d+$/)
    })
  }
  test('a large text is no problem', { timeout: 20_000 }, () => {
    const program = assemble(inFunction('local.get n\ndrop\n'.repeat(200_000)))
    assert.equal(program.functions[0].code.op.length, 400_000)
  })
})

suite('by hand', () => {
  test('types come from signatures, each once', () => {
    const { types, functions } = assemble(
      'func a (i32) -> i32\nend\nfunc b (x: i32) -> i32\nend\nfunc c ()\nend',
    )
    assert.equal(types.length, 2)
    assert.deepEqual(
      functions.map((def) => def.type),
      [0, 0, 1],
    )
  })
  test('imports take the first indices wherever they stand', () => {
    const { exports, imports } = assemble('func f export ()\nend\nimport "m" "g" func g export ()')
    assert.equal(imports.length, 1)
    assert.deepEqual(exports, [
      { name: 'f', kind: 'func', index: 1 },
      { name: 'g', kind: 'func', index: 0 },
    ])
  })
  test('names reach the program', () => {
    const { names } = assemble(
      'program "p"\nmemory m 1\nglobal g i32 = i32.const 1\nfunc f (a: i32)\nlocal b: i64\nend',
    )
    assert.equal(names.module, 'p')
    assert.equal(names.memories.get(0), 'm')
    assert.equal(names.globals.get(0), 'g')
    assert.equal(names.functions.get(0), 'f')
    assert.deepEqual(
      [...(names.locals.get(0) ?? [])],
      [
        [0, 'a'],
        [1, 'b'],
      ],
    )
  })
  test('a reserved word may be a name in quotes', () => {
    const program = assemble('func "i32" ()\ncall "i32"\nend\nexport "x" func "i32"')
    assert.equal(program.names.functions.get(0), 'i32')
    assert.match(disassemble(program), /^func "i32" \(\)\n {2}call "i32"\nend\n/)
  })
})

suite('examples', () => {
  for (const name of ['hello', 'fib', 'sieve']) {
    test(`${name}.vasm assembles, verifies and comes back`, () => {
      const file = join(import.meta.dirname, '..', '..', '..', 'examples', `${name}.vasm`)
      const program = assemble(readFileSync(file, 'utf8'))
      verifyProgram(program)
      assert.deepEqual(encodeProgram(assemble(disassemble(program))), encodeProgram(program))
    })
  }
})
