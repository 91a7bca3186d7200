// Modules by hand: what decodes, and what each rule of the module level refuses. The whole of the
// rules is held against the spec suite (test/spec).
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { imm64 } from '../isa/code-builder.ts'
import type { Code } from '../isa/program.ts'
import { rowByCode } from '../isa/table.ts'
import { FUNCREF, Heap, refType } from '../isa/types.ts'
import { decodeModule } from './decode.ts'
import {
  type Bytes,
  custom,
  emptyBody,
  funcType,
  list,
  moduleOf,
  name,
  preamble,
  refused,
  section,
} from './tools/test-module.ts'

const types = section(1, list(funcType))
const functions = section(3, list([0]))
const bodies = section(10, list(emptyBody))
const table = section(4, list([0x70, 0, 1]))
const memory = section(5, list([0, 1]))
const zero: Bytes = [0x41, 0, 0x0b]

const malformed = (words: string, ...sections: Bytes[]): string =>
  refused('WASM_MALFORMED', words, () => decodeModule(moduleOf(...sections)))
const invalid = (words: string, ...sections: Bytes[]): string =>
  refused('WASM_INVALID', words, () => decodeModule(moduleOf(...sections)))
const unsupported = (words: string, ...sections: Bytes[]): string =>
  refused('WASM_UNSUPPORTED', words, () => decodeModule(moduleOf(...sections)))

const opNames = (code: Code): (string | undefined)[] =>
  [...code.op].map((op) => rowByCode[op]?.name)

describe('the frame of a module', () => {
  it('of eight bytes is a module', () => {
    const module = decodeModule(moduleOf())
    assert.equal(module.types.length, 0)
    assert.equal(module.start, -1)
    assert.equal(module.dataCount, -1)
  })
  it('is refused with another magic, version or as a component', () => {
    const raw = (words: string, ...bytes: number[]): string =>
      refused('WASM_MALFORMED', words, () => decodeModule(Uint8Array.from(bytes)))
    raw('unexpected end')
    raw('magic header not detected', 0x00, 0x61, 0x73, 0x6e, 1, 0, 0, 0)
    raw('unexpected end', ...preamble.slice(0, 7))
    assert.equal(raw('unknown binary version', 0, 0x61, 0x73, 0x6d, 2, 0, 0, 0), 'offset 0x4')
    const component = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)
    refused('WASM_UNSUPPORTED', 'a component', () => decodeModule(component))
  })
  it('keeps its sections in order, each once, custom ones anywhere', () => {
    const tags = section(13, list([0, 0]))
    const globals = section(6, list([0x7f, 0, ...zero]))
    const note = custom('note')
    decodeModule(moduleOf(note, types, note, memory, tags, globals, note))
    malformed('unexpected content after last section', types, tags, memory)
    malformed('unexpected content after last section', types, globals, tags)
    malformed('unexpected content after last section', types, types)
    malformed('malformed section id', [14, 0])
    malformed('length out of bounds', [1, 9, 0])
    malformed('section size mismatch', section(1, list(funcType), [0]))
    malformed('length out of bounds', section(0, [4, 0x61]))
  })
  it('has as many bodies as functions and as many segments as it counts', () => {
    const lengths = 'have inconsistent lengths'
    malformed(`function and code section ${lengths}`, types, functions)
    malformed(`function and code section ${lengths}`, bodies)
    malformed(`data count and data section ${lengths}`, section(12, [1]))
    malformed(`data count and data section ${lengths}`, section(12, [0]), section(11, list([1, 0])))
  })
  it('gives the offsets of its bodies', () => {
    const module = decodeModule(moduleOf(types, functions, bodies))
    const [body] = module.bodies
    assert.equal(body.type, 0)
    assert.deepEqual([...module.bytes.subarray(body.start, body.end)], [0x00, 0x0b])
  })
})

describe('memories and tables', () => {
  const memoryOf = (...limits: number[]): number[] => section(5, list(limits))
  it('keep their limits', () => {
    decodeModule(moduleOf(memoryOf(1, 0, 0x80, 0x80, 0x04)))
    invalid('memory size', memoryOf(0, 0x81, 0x80, 0x04))
    const wide = decodeModule(moduleOf(memoryOf(4, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40)))
    assert.equal(wide.memoryTypes[0].min, 2n ** 48n)
    invalid('memory size', memoryOf(4, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40))
    invalid('size minimum must not be greater than maximum', memoryOf(1, 2, 1))
    invalid('table size', section(4, list([0x70, 0, 0x80, 0x80, 0x80, 0x80, 0x10])))
  })
  it('are refused when shared or with unknown flags', () => {
    unsupported('a shared memory', memoryOf(3, 1, 1))
    malformed('malformed limits flags', memoryOf(8, 0))
    malformed('malformed limits flags', section(4, list([0x70, 2, 0])))
    malformed('malformed reference type', section(4, list([0x7f, 0, 0])))
  })
  it('of non-null references need an initialiser', () => {
    const nonNull: Bytes = [0x64, 0x70, 0, 1]
    invalid('type mismatch', types, section(4, list(nonNull)))
    const withInit = section(4, list([0x40, 0, ...nonNull, 0xd2, 0, 0x0b]))
    const module = decodeModule(moduleOf(types, functions, withInit, bodies))
    assert.deepEqual(module.tables[0].init?.imm, Int32Array.of(0))
    assert.deepEqual([...module.declared], [0])
  })
})

describe('imports and exports', () => {
  const importOf = (...extern: number[]): number[] =>
    section(2, list([...name('m'), ...name('x'), ...extern]))
  it('fill the index spaces, imported first', () => {
    const imports = section(
      2,
      list(
        [...name('m'), ...name('f'), 0, 0],
        [...name('m'), ...name('g'), 3, 0x7e, 1],
        [...name('m'), ...name('t'), 4, 0, 0],
      ),
    )
    const exports = section(7, list([...name('f'), 0, 1], [...name('t'), 4, 0]))
    const module = decodeModule(moduleOf(types, imports, functions, exports, bodies))
    assert.equal(module.importedFunctions, 1)
    assert.deepEqual(module.functionTypes, [0, 0])
    assert.deepEqual(module.exports[0], { name: 'f', kind: 'func', index: 1 })
    assert.deepEqual([...module.declared], [1])
    assert.equal(module.globals.length, 0)
    assert.equal(module.globalTypes[0].mutable, true)
  })
  it('are refused by kind, index and name', () => {
    malformed('malformed import kind', types, importOf(5, 0))
    malformed('malformed mutability', importOf(3, 0x7f, 2))
    invalid('unknown type 1', types, importOf(0, 1))
    invalid('unknown function 0', section(7, list([...name('f'), 0, 0])))
    malformed('malformed export kind', section(7, list([...name('f'), 5, 0])))
    const twice: Bytes = [...name('a'), 2, 0]
    invalid('duplicate export name', memory, section(7, list(twice, twice)))
  })
})

describe('start function and tags', () => {
  const param = section(1, list([0x60, 1, 0x7f, 0], [0x60, 0, 1, 0x7f]))
  it('take the types that the rules give them', () => {
    assert.equal(decodeModule(moduleOf(types, functions, section(8, [0]), bodies)).start, 0)
    invalid('unknown function 1', types, functions, section(8, [1]), bodies)
    invalid('start function', param, functions, section(8, [0]), bodies)
    assert.deepEqual(decodeModule(moduleOf(param, section(13, list([0, 0])))).tagTypes, [0])
    invalid('non-empty tag result type', param, section(13, list([0, 1])))
    malformed('malformed tag attribute', param, section(13, list([1, 0])))
  })
})

describe('constant expressions', () => {
  const global = (type: number[], ...init: number[]): Bytes => [...type, 0, ...init, 0x0b]
  const globalsOf = (...globals: Bytes[]): number[] => section(6, list(...globals))
  it('become code of the same instructions, without the end', () => {
    const module = decodeModule(
      moduleOf(
        globalsOf(
          global([0x7e], 0x42, 0x7f),
          global([0x7e], 0x23, 0, 0x42, 2, 0x7c, 0x42, 3, 0x7e),
          global([0x7c], 0x44, 1, 0, 0, 0, 0, 0, 0xf8, 0x7f),
          global([0x7b], 0xfd, 0x0c, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0x80),
          global([0x64, 0x6c], 0x41, 5, 0xfb, 0x1c),
          global([0x6f], 0xd0, 0x6f, 0xfb, 0x1a, 0xfb, 0x1b),
        ),
      ),
    )
    const [minusOne, sum, nan, vector, small, converted] = module.globals.map(({ init }) => init)
    assert.equal(imm64(minusOne.imm, 0), -1n)
    const ops = ['global.get', 'i64.const', 'i64.add', 'i64.const', 'i64.mul']
    assert.deepEqual(opNames(sum), ops)
    assert.equal(BigInt.asUintN(64, imm64(nan.imm, 0)), 0x7ff8_0000_0000_0001n)
    assert.deepEqual(vector.imm, Int32Array.of(1, 2, 3, -(2 ** 31) + 4))
    assert.deepEqual(opNames(small), ['i32.const', 'ref.i31'])
    assert.deepEqual(opNames(converted), ['ref.null', 'any.convert_extern', 'extern.convert_any'])
  })
  it('are type-checked', () => {
    invalid('type mismatch: no value', globalsOf(global([0x7f])))
    invalid('type mismatch: i64', globalsOf(global([0x7f], 0x42, 0)))
    invalid('type mismatch: 2 values', globalsOf(global([0x7f], 0x41, 0, 0x41, 0)))
    invalid('type mismatch: no value', globalsOf(global([0x7f], 0x41, 0, 0x6a)))
    invalid('type mismatch: (ref null func)', globalsOf(global([0x64, 0x70], 0xd0, 0x70)))
  })
  it('name only what stands before them and does not change', () => {
    invalid('unknown global 0', globalsOf(global([0x7f], 0x23, 0)))
    const mutable: Bytes = [0x7f, 1, ...zero]
    invalid('constant expression required', globalsOf(mutable, global([0x7f], 0x23, 0)))
    invalid('unknown function 0', globalsOf(global([0x70], 0xd2, 0)))
  })
  it('are refused with other instructions, unknown ones, or without an end', () => {
    invalid('constant expression required', globalsOf(global([0x7f], 0x41, 0, 0x67)))
    invalid('constant expression required', globalsOf(global([0x7f], 0x01)))
    malformed('illegal opcode f3', globalsOf(global([0x7f], 0xf3)))
    malformed('illegal opcode fd 200', globalsOf(global([0x7f], 0xfd, 0x80, 0x04)))
    malformed('unexpected end of section or function', globalsOf([0x7f, 0, 0x41, 0]))
    unsupported('struct.new', globalsOf(global([0x6b], 0xfb, 0x00, 0)))
  })
})

describe('segments', () => {
  const elements = (...segments: Bytes[]): Bytes[] => [
    types,
    functions,
    table,
    section(9, list(...segments)),
    bodies,
  ]
  it('of elements come in eight flavours', () => {
    const item: Bytes = [0xd2, 0, 0x0b]
    const module = decodeModule(
      moduleOf(
        ...elements(
          [0, ...zero, 1, 0],
          [1, 0, 1, 0],
          [2, 0, ...zero, 0, 1, 0],
          [3, 0, 1, 0],
          [4, ...zero, 1, ...item],
          [5, 0x70, 1, ...item],
          [6, 0, ...zero, 0x70, 1, ...item],
          [7, 0x64, 0x70, 1, ...item],
        ),
      ),
    )
    const modes = module.elements.map(({ mode }) => mode)
    const four = ['active', 'passive', 'active', 'declared']
    assert.deepEqual(modes, [...four, ...four])
    const func = refType(Heap.func, false)
    assert.deepEqual(
      module.elements.map(({ type }) => type),
      [func, func, func, func, FUNCREF, FUNCREF, FUNCREF, func],
    )
    for (const segment of module.elements) {
      assert.deepEqual(opNames(segment.items[0]), ['ref.func'])
      assert.equal(segment.offset === null, segment.mode !== 'active')
    }
  })
  it('of elements are checked', () => {
    malformed('malformed elements segment kind', ...elements([8]))
    malformed('malformed element kind', ...elements([1, 1, 0]))
    malformed('malformed reference type', ...elements([5, 0x7f, 0]))
    invalid('unknown table 1', ...elements([2, 1, ...zero, 0, 0]))
    invalid('unknown function 1', ...elements([1, 0, 1, 1]))
    invalid('type mismatch', ...elements([6, 0, ...zero, 0x6f, 0]))
    invalid('type mismatch', ...elements([0, 0x42, 0, 0x0b, 0]))
  })
  it('of data come in three flavours', () => {
    const data = section(11, list([0, ...zero, 1, 7], [1, 2, 8, 9], [2, 0, ...zero, 0]))
    const module = decodeModule(moduleOf(memory, section(12, [3]), data))
    assert.equal(module.dataCount, 3)
    assert.deepEqual(
      Array.from(module.data, ({ mode, bytes }) => [mode, ...bytes]),
      [['active', 7], ['passive', 8, 9], ['active']],
    )
    invalid('unknown memory 1', memory, section(11, list([2, 1, ...zero, 0])))
    malformed('malformed data segment kind', section(11, list([3, 0])))
    malformed('length out of bounds', section(11, list([1, 9])))
  })
})

describe('absurd sizes', () => {
  it('are refused before anything is allocated', () => {
    const huge: Bytes = [0xff, 0xff, 0xff, 0xff, 0x0f]
    const { heapUsed } = process.memoryUsage()
    for (const id of [1, 2, 4, 5, 6, 7, 9, 13]) malformed('length out of bounds', section(id, huge))
    assert.ok(process.memoryUsage().heapUsed - heapUsed < 16 * 2 ** 20)
  })
  it('are refused where they exceed a limit of this implementation', () => {
    const params = Array.from({ length: 1001 }, () => [0x7f])
    const wide = section(1, list([0x60, ...list(...params), 0]))
    refused('WASM_LIMIT', '1001 parameters', () => decodeModule(moduleOf(wide)))
  })
})
