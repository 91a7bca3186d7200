import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VacError } from '../../base/errors.ts'
import type { Program } from '../program.ts'
import { opcode } from '../table.ts'
import { alone, type Body, code, functionType, limits, sample } from '../tools/verify-sample.ts'
import { EXNREF, EXTERNREF, F32, FUNCREF, I32, I64, V128 } from '../types.ts'
import { FunctionVerifier, kindsAt, verifyFunction, verifyProgram } from './verify.ts'
import { rowsWithoutRule } from './verify-rules.ts'

const types = alone(
  functionType([], []),
  functionType([I32], [I32]),
  functionType([I64, V128], [F32, I32]),
  functionType([I32, V128], []),
  functionType([], [V128]),
)
const world: Partial<Program> = {
  types,
  memories: [limits(1), limits(1, null, true)],
  tables: [
    { table: { element: FUNCREF, limits: limits(1) }, init: null },
    { table: { element: EXTERNREF, limits: limits(1, null, true) }, init: null },
  ],
  globals: [
    { global: { type: I32, mutable: true }, init: code('i32.const 1') },
    { global: { type: I64, mutable: false }, init: code('i64.const 1 0') },
  ],
  tags: [3, 0],
  elements: [
    { type: EXTERNREF, mode: 'passive', table: 0, offset: null, items: [] },
    { type: FUNCREF, mode: 'passive', table: 0, offset: null, items: [] },
  ],
  data: [{ mode: 'passive', memory: 0, offset: null, bytes: new Uint8Array(1) }],
}
const program = (body: Body, rest: Partial<Program> = {}): Program =>
  sample([body], { ...world, ...rest })

function refused(what: Program, says: RegExp): void {
  assert.throws(
    () => verifyProgram(what),
    (error) => {
      assert.ok(error instanceof VacError, String(error))
      assert.equal(error.code, 'ATOM_INVALID')
      assert.match(error.message, says)
      return true
    },
  )
}
const accepts = (name: string, body: Body, rest: Partial<Program> = {}): void => {
  test(`accepts ${name}`, () => verifyProgram(program(body, rest)))
}
const refuses = (name: string, says: RegExp, body: Body, rest: Partial<Program> = {}): void => {
  test(`refuses ${name}`, () => refused(program(body, rest), says))
}

test('every row has a signature or a rule', () => {
  assert.deepEqual(rowsWithoutRule(), [])
})

test('a message names function, instruction, what was found and what is expected', () => {
  const names = { ...sample([]).names, functions: new Map([[0, 'main']]) }
  const what = program({ code: 'i64.const 1 0; i32.const 2; i32.add; return' }, { names })
  refused(what, /at function 0 \(main\), instruction 2: i32.add; found \[i64 i32\].*i32 i32/)
})

// Falling, jumping, returning.
accepts('a return', { code: 'return' })
refuses('an empty body', /fallen off/, { code: '' })
refuses('falling off the end', /fallen off/, { code: 'nop' })
refuses('falling on a label at the end', /fallen off/, { code: 'nop', labels: [[1, '']] })
refuses('code after a transfer without a label', /no way/, { code: 'return; return' })
accepts('code after a transfer at a label', { code: 'return; return', labels: [[1, '']] })
refuses('popping nothing', /found \[\]/, { code: 'drop; return' })
refuses('a label with another stack', /where label 0 is/, {
  code: 'i32.const 1; return',
  labels: [[1, 'i64']],
})
refuses('a label with a higher stack', /where label 0 is/, {
  code: 'i32.const 1; return',
  labels: [[1, 'i32 i32']],
})
refuses('labels that disagree', /label 1/, {
  code: 'jump 0 0; return',
  labels: [
    [1, ''],
    [1, 'i32'],
  ],
})
refuses('a label past the end', /label 0 at 2/, { code: 'return', labels: [[2, '']] })
refuses('a label between instructions', /label 0 at 0.5/, { code: 'return', labels: [[0.5, '']] })
refuses('a label of no kind', /known kinds/, { code: 'return', labels: [[1, 'i33']] })
refuses('a jump to no label', /label 7/, { code: 'jump 7 0' })
refuses('a jump to a negative label', /label -1/, { code: 'jump -1 0' })
accepts('a jump that returns', {
  type: 1,
  code: 'i64.const 0 0; i32.const 1; jump 0 1',
  labels: [[3, 'i32']],
})
refuses('a label at the end with other results', /label 0 at the end/, {
  type: 1,
  code: 'i64.const 0 0; jump 0 1',
  labels: [[2, 'i64']],
})
refuses('a jump that keeps too little', /1 words kept/, {
  code: 'i32.const 1; i64.const 1 0; i32.const 2; jump 0 1; return',
  labels: [[4, 'i64 i32']],
})
accepts('a jump that drops from between', {
  code: 'i64.const 1 0; f32.const 0; i32.const 2; jump 0 1; return',
  labels: [[4, 'i64 i32']],
})
refuses('a jump that keeps half a vector', /kept/, {
  code: 'v128.const 0 0 0 0; jump 0 1; return',
  labels: [[2, 'v128']],
})
refuses('a jump that swaps halves of vectors', /kept/, {
  code: 'v128.const 0 0 0 0; v128.const 0 0 0 0; jump 0 1; return',
  labels: [[3, 'v128']],
})
refuses('a jump that keeps more than the label has', /kept/, {
  code: 'i32.const 1; i32.const 1; jump 0 2; return',
  labels: [[3, 'i32']],
})
refuses('a jump that keeps a negative number', /kept/, { code: 'jump 0 -1', labels: [[0, '']] })
refuses('a conditional jump without a condition', /i32 on top/, {
  code: 'jump_if 0 0; return',
  labels: [[0, '']],
})
accepts('a jump table', {
  code: 'i64.const 1 0; i32.const 1; jump_table 0 1 0 1; drop; return',
  labels: [
    [3, 'i64'],
    [4, ''],
  ],
})
refuses('a jump table with one bad entry', /label 9/, {
  code: 'i32.const 1; jump_table 0 2 0 9 0; return',
  labels: [[2, '']],
})
refuses('a jump table of negative length', /-1 labels/, { code: 'i32.const 1; jump_table 0 -1 0' })
refuses('a jump table past the immediates', /immediate words/, {
  code: 'i32.const 1; jump_table 0 2147483647 0',
  labels: [[0, '']],
})
accepts('a return that drops what is below the results', {
  type: 1,
  code: 'i64.const 1 0; i32.const 1; return',
})
refuses('a return without results', /instruction 0: return/, { type: 1, code: 'return' })

// The code's own shape.
test('refuses instructions that share immediates', () => {
  const { op, imm } = code('i32.const 1; drop; i32.const 2; drop; return')
  const at = Uint32Array.of(0, 1, 0, 1, 1)
  refused(program({ code: { op, at, imm: imm.slice(0, 1) } }), /immediate words/)
})
test('refuses immediates that are missing or left over', () => {
  const whole = code('i32.const 1; drop; return')
  refused(program({ code: { ...whole, imm: new Int32Array(0) } }), /immediate words/)
  refused(program({ code: { ...whole, imm: new Int32Array(2) } }), /immediate words/)
})
test('refuses opcodes without a row', () => {
  for (const wrong of [0x06, 0x7ff, 0x800, 0xffff]) {
    const what = { op: Uint16Array.of(wrong), at: Uint32Array.of(0), imm: new Int32Array(0) }
    refused(program({ code: what }), /no such instruction/)
  }
})
test('refuses a list of offsets of another length', () => {
  const whole = code('return')
  refused(program({ code: { ...whole, at: new Uint32Array(2) } }), /2 offsets/)
})
test('refuses more operand words than the limit', () => {
  const push = 'i32.const 1;'
  refused(program({ code: push.repeat(65537) + 'return' }), /65537 operand words/)
  verifyProgram(program({ code: push.repeat(65536) + 'return' }))
})

// Kinds of operands, locals, globals.
refuses('dropping half a vector', /value of one word/, { code: 'v128.const 0 0 0 0; drop; return' })
accepts('dropping a vector', { code: 'v128.const 0 0 0 0; drop_v128; return' })
refuses('drop_v128 of two words', /v128/, {
  code: 'i64.const 1 0; i64.const 1 0; drop_v128; return',
})
refuses('select between kinds', /on top/, {
  code: 'i32.const 1; f32.const 1; i32.const 1; select; return',
})
refuses('select between halves of vectors', /one word/, {
  code: 'v128.const 0 0 0 0; v128.const 0 0 0 0; i32.const 1; select; return',
})
refuses('a local that is not there', /local 1/, { type: 1, code: 'local.get 1; return' })
refuses('a local of another kind', /f32 on top/, {
  locals: [F32],
  code: 'i32.const 1; local.set 0; return',
})
accepts('a vector in a local', {
  locals: [V128],
  code: 'local.get 0; local.tee 0; local.set 0; return',
})
refuses('a local of no type', /type 6 of local 0/, { locals: [6], code: 'return' })
refuses('a local of a type that is not there', /of local 0/, {
  locals: [(16 + 99) * 16 + 14],
  code: 'return',
})
refuses('setting an immutable global', /mutable/, { code: 'i64.const 1 0; global.set 1; return' })
refuses('a global that is not there', /global 2/, { code: 'global.get 2; drop; return' })

// Memory.
accepts('an access by the memory that it names', {
  code: 'i64.const 0 0; i32.load 1 0 1; drop; i32.const 0; i32.load 0 -1 0; drop; return',
})
refuses('a wide address for a narrow memory', /i32/, {
  code: 'i64.const 0 0; i32.load 0 0 0; drop; return',
})
refuses('a narrow address for a wide memory', /found \[i32\]/, {
  code: 'i32.const 0; i32.load 1 0 0; drop; return',
})
refuses('an offset of 33 bits in a narrow memory', /2\^32/, {
  code: 'i32.const 0; i32.load 0 0 1; drop; return',
})
refuses('a memory that is not there', /memory 2/, {
  code: 'i32.const 0; i32.load 2 0 0; drop; return',
})
refuses('a negative memory', /memory -1/, { code: 'memory.size -1; drop; return' })
accepts('a copy between memories by the narrower size', {
  code: 'i64.const 0 0; i32.const 0; i32.const 1; memory.copy 1 0; return',
})
refuses('a copy between memories by the wider size', /i32 on top/, {
  code: 'i64.const 0 0; i32.const 0; i64.const 1 0; memory.copy 1 0; return',
})
refuses('a data segment that is not there', /data segment 1/, { code: 'data.drop 1; return' })
refuses('a vector lane past the last', /lane 16/, {
  code: 'v128.const 0 0 0 0; i8x16.extract_lane_s 16; drop; return',
})
refuses('a loaded lane past the last', /lane 2/, {
  code: 'i32.const 0; v128.const 0 0 0 0; v128.load64_lane 0 0 0 2; drop_v128; return',
})
accepts('the last lanes', {
  code:
    'i32.const 0; v128.const 0 0 0 0; v128.load64_lane 0 0 0 1; i8x16.extract_lane_s 15;' +
    'drop; return',
})
refuses('shuffled lanes of 32 and more', /lane of 32/, {
  code: 'v128.const 0 0 0 0; v128.const 0 0 0 0; i8x16.shuffle 0 0 0 536870912; drop_v128; return',
})

// Tables, references.
refuses('another kind in a table', /funcref on top/, {
  code: 'i32.const 0; ref.null 7; table.set 0; return',
})
refuses('a call through a table that has no functions', /table of funcref/, {
  code: 'i64.const 0 0; call_indirect 0 1; return',
})
refuses('a copy between tables of other kinds', /entries of externref/, {
  code: 'i32.const 0; i64.const 0 0; i32.const 1; table.copy 0 1; return',
})
refuses('a segment for a table of another kind', /entries of externref/, {
  code: 'i32.const 0; i32.const 0; i32.const 1; table.init 0 0; return',
})
accepts('a segment for its table', {
  code: 'i32.const 0; i32.const 0; i32.const 1; table.init 1 0; elem.drop 1; return',
})
refuses('the null of no reference', /kind 5/, { code: 'ref.null 5; return' })
refuses('a function that is not there', /function 1/, { code: 'ref.func 1; drop; return' })
refuses('a cast between hierarchies', /externref on top/, {
  code: `ref.null 6; ref.cast ${EXTERNREF}; drop; return`,
})
refuses('a cast to what is no reference', /type 1;/, { code: 'ref.null 6; ref.cast 1; return' })
refuses('a cast to a negative type', /type -2/, { code: 'ref.null 6; ref.cast -2; return' })
refuses('a jump on a cast that leaves the reference behind', /no kept word/, {
  code: `ref.null 6; jump_on_cast 0 0 ${FUNCREF}; drop; return`,
  labels: [[3, '']],
})
accepts('a jump on null, which drops the reference', {
  code: 'ref.null 6; jump_on_null 0 0; drop; return',
  labels: [[3, '']],
})
refuses('a jump on null that keeps the reference', /kept/, {
  code: 'ref.null 6; jump_on_null 0 1; return',
  labels: [[2, 'funcref']],
})
accepts('a jump on what is not null, which keeps the reference', {
  code: 'ref.null 6; jump_on_non_null 0 1; return; return',
  labels: [[3, 'funcref']],
})

// Calls.
accepts('a call', { code: 'call 0; return' })
refuses('a call of no function', /function 1/, { code: 'call 1; return' })
refuses('a call without its arguments', /\[i32\] on top/, {
  code: 'ref.null 6; call_ref 1; drop; return',
})
refuses('a call of no type', /type 9/, { code: 'ref.null 6; call_ref 9; return' })
refuses('a tail call with other results', /results of this function/, {
  code: 'i32.const 1; ref.null 6; return_call_ref 1',
})
accepts('a system call', { code: 'i32.const 0; i64.const 0 0; i64.const 0 0; sys 2; drop; return' })
refuses('an unknown system call', /system call 99/, { code: 'sys 99; return' })
refuses(
  'a system call with addresses and no memory',
  /memory 0/,
  { code: 'i32.const 0; i64.const 0 0; i64.const 0 0; sys 2; drop; return' },
  { memories: [], data: [] },
)
refuses('a rethrow of what is no exception', /exnref local/, { locals: [I64], code: 'rethrow 0' })
refuses('a throw without arguments', /\[i32 v128\] on top/, { code: 'throw 0' })

test('facts tell heights, words and the largest stack', () => {
  const body: Body = {
    type: 2,
    locals: [V128, I32],
    code: 'local.get 0; local.get 1; call 0; return',
  }
  const facts = verifyFunction(program(body), 0)
  assert.deepEqual([...facts.heights], [0, 1, 3, 2, 2])
  assert.deepEqual([...facts.localAt], [0, 1, 3, 5])
  assert.deepEqual([...facts.localKinds], [2, 5, 5, 1])
  assert.equal(facts.paramWords, 3)
  assert.equal(facts.resultWords, 2)
  assert.equal(facts.localWords, 6)
  assert.equal(facts.maxOperandWords, 3)
  assert.deepEqual([...facts.resume], [1, 0, 0, 1])
})

test('kinds are known at every pc, from the nearest label on', () => {
  const body: Body = {
    code: 'v128.const 0 0 0 0; i32.const 1; jump 0 3; f32.const 0; return',
    labels: [[3, 'v128 i32']],
  }
  const at = (pc: number): number[] => kindsAt(program(body), 0, pc)
  assert.deepEqual([0, 1, 2, 3, 4, 5].map(at), [[], [5], [5, 1], [5, 1], [5, 1, 3], []])
})

test('one verifier serves many functions, and one that fails does not disturb the next', () => {
  const good: Body = { code: 'i32.const 1; jump 0 0; return', labels: [[2, 'i32']] }
  const bad: Body = { code: 'i64.const 1 0; jump 0 0; return', labels: [[2, 'i32']] }
  const verifier = new FunctionVerifier(sample([good, bad, good], world))
  const first = verifier.facts(0)
  assert.throws(() => verifier.facts(1), VacError)
  assert.deepEqual(verifier.facts(2), first)
})

test('wide label stacks and jumps between them take linear time', () => {
  const count = 2000
  const push = 'i32.const 1;'.repeat(count)
  const wide = 'i32 '.repeat(count).trim()
  const jumps = 20_000
  const body: Body = {
    code: `${push} ${'i32.const 0; jump_if 0 0;'.repeat(jumps)} return; return`,
    labels: [[count + jumps * 2 + 1, wide]],
  }
  const what = program(body)
  const verifier = new FunctionVerifier(what)
  const start = process.cpuUsage().user
  verifier.facts(0)
  // Comparing each jump's stack word by word is 40 million steps; by node it is 20,000.
  assert.ok(process.cpuUsage().user - start < 1_000_000)
  assert.equal(what.functions[0].code.op[count + 1], opcode('jump_if'))
})

test('an exnref local may be rethrown', () => {
  verifyProgram(program({ locals: [EXNREF], code: 'rethrow 0' }))
})
