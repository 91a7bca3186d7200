// Lines by a source map that lies beside a module, as AssemblyScript's compiler writes it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteWriter, utf8 } from '../../base/bytes.ts'
import { loadProgram } from '../../host/program-file.ts'
import { parseWat } from '../../host/wat.ts'
import { decodeProgram } from '../../isa/codec/decode.ts'
import { encodeProgram } from '../../isa/codec/encode.ts'
import type { Program } from '../../isa/program.ts'
import { sourceOf } from './program-source.ts'

const TEXT = 'function a() {}\nfunction b() {}\nfunction c() {}\n'
const MODULE = `(module
  (func (result i32) i32.const 1 i32.const 2 i32.add)
  (func nop nop)
  (func (result i32) i32.const 3))`

/** The module, which says that its map is a file of this name. */
async function moduleWith(map: string): Promise<Uint8Array> {
  const custom = new ByteWriter()
  custom.text('sourceMappingURL')
  custom.text(map)
  const w = new ByteWriter()
  w.raw(await parseWat(MODULE, 'mapped'))
  w.u8(0)
  w.blob(custom.take())
  return w.take()
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
function digits(value: number): string {
  let left = value < 0 ? -value * 2 + 1 : value * 2
  let text = ''
  do {
    text += DIGITS[(left % 32) + (left >= 32 ? 32 : 0)]
    left = Math.floor(left / 32)
  } while (left > 0)
  return text
}

/** A map of [offset, line, column], lines and columns from 0; the line below 0: no source. */
function mapOf(rows: readonly (readonly [number, number, number])[]): string {
  let [offset, line, column] = [0, 0, 0]
  const segments = rows.map(([at, onLine, onColumn]) => {
    const byOffset = digits(at - offset)
    offset = at
    if (onLine < 0) return byOffset
    const segment = [byOffset, digits(0), digits(onLine - line), digits(onColumn - column)]
    line = onLine
    column = onColumn
    return segment.join('')
  })
  const facts = { version: 3, sources: ['a.ts'], sourceRoot: './all', sourcesContent: [TEXT] }
  return JSON.stringify({ ...facts, names: [], mappings: segments.join(',') })
}

async function mapped(): Promise<{ program: Program; map: string }> {
  const bytes = await moduleWith('./a.wasm.map')
  const { program } = await loadProgram(bytes, 'mapped')
  const [first, , third] = program.functions.map(({ source }) => source ?? new Uint32Array())
  const map = mapOf([
    [first[0], 0, 4],
    [first[2], 1, 300],
    [third[0], 2, 0],
  ])
  const beside = (name: string): Uint8Array | null => (name === './a.wasm.map' ? utf8(map) : null)
  return { program: (await loadProgram(bytes, 'mapped', { beside })).program, map }
}

test('instructions have the lines of the map, also in a saved program', async () => {
  const { program } = await mapped()
  for (const one of [program, decodeProgram(encodeProgram(program))]) {
    const source = sourceOf(one)
    const lineOf = (index: number, pc: number): string => {
      const found = source?.lineOf({ function: index, pc })
      return found ? `${found.file.path}:${found.line}:${found.column}` : ''
    }
    assert.deepEqual(
      [0, 1, 2].map((pc) => lineOf(0, pc)),
      ['./all/a.ts:1:5', './all/a.ts:1:5', './all/a.ts:2:301'],
    )
    // The second function has no line of its own; that of the first does not reach into it.
    assert.equal(lineOf(1, 0), '')
    assert.equal(lineOf(2, 0), './all/a.ts:3:1')
    assert.deepEqual(source?.placesOf('a.ts', 3), { line: 3, places: [{ function: 2, pc: 0 }] })
    assert.deepEqual(source?.placesOf('all/a.ts', 2), { line: 2, places: [{ function: 0, pc: 2 }] })
    assert.equal(source?.files()[0].text, TEXT)
  }
})

test('a map that is not there, lies elsewhere or is no map is none', async () => {
  const { map } = await mapped()
  const beside = () => utf8(map)
  for (const name of ['../a.map', '/etc/a.map', 'data:a', 'https://example.org/a', 'b/a.map', '']) {
    const { program } = await loadProgram(await moduleWith(name), 'mapped', { beside })
    assert.equal(sourceOf(program), null, name)
  }
  const bytes = await moduleWith('a.map')
  for (const bad of ['', '{', 'null', '[]', '{"mappings":3}', '{"mappings":"A~"}']) {
    const { program } = await loadProgram(bytes, 'mapped', { beside: () => utf8(bad) })
    assert.equal(sourceOf(program), null, bad)
    assert.ok(!program.customs.some(({ name }) => name === 'vac.source_map'))
  }
  assert.equal(sourceOf((await loadProgram(bytes, 'mapped')).program), null)
})

test('a damaged map yields other lines or none, and no error', async () => {
  const { program, map } = await mapped()
  let lost = 0
  for (let round = 0; round < map.length * 3; round++) {
    const copy = utf8(map).slice()
    copy[round % copy.length] = [0x41, 0x2c, 0x67][Math.floor(round / copy.length)]
    const customs = program.customs.map(({ name, bytes }) =>
      name === 'vac.source_map' ? { name, bytes: copy } : { name, bytes },
    )
    const source = sourceOf({ ...program, customs })
    source?.placesOf('a.ts', 2)
    if (source?.lineOf({ function: 0, pc: 2 })?.line !== 2) lost++
  }
  assert.ok(lost > 0, 'no round did damage')
})
