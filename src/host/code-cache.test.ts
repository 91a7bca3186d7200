import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { checkedVariant, plainVariant } from '../jit/variant.ts'
import { CodeCache } from './code-cache.ts'
import { nodeHasher } from './hasher.ts'
import { zstd } from './zstd.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-code-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const program = new Uint8Array(32).fill(7)
const module = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)

test('what was put is given back, for the same program and variant only', () => {
  const cache = new CodeCache(join(folder, 'a'))
  assert.equal(cache.get(program, plainVariant, 'bodies'), null)
  cache.put(program, plainVariant, 'bodies', module)
  assert.deepEqual([...(cache.get(program, plainVariant, 'bodies') ?? [])], [...module])
  assert.equal(cache.get(program, checkedVariant, 'bodies'), null)
  assert.equal(cache.get(new Uint8Array(32), plainVariant, 'bodies'), null)
})

test('any damaged byte makes a file go', () => {
  const own = join(folder, 'b')
  const cache = new CodeCache(own)
  for (const at of [0, 31, 32, 39]) {
    cache.put(program, plainVariant, 'bodies', module)
    const [name] = readdirSync(own)
    const bytes = readFileSync(join(own, name))
    bytes[at] ^= 1
    writeFileSync(join(own, name), bytes)
    assert.equal(cache.get(program, plainVariant, 'bodies'), null, `byte ${at}`)
    assert.deepEqual(readdirSync(own), [])
  }
})

test('what is known of a file is given back; a damaged byte makes it unknown', () => {
  const own = join(folder, 'c')
  const cache = new CodeCache(own)
  const known = { hash: new Uint8Array(32).fill(9), instructions: 70_000 }
  assert.equal(cache.known(program), null)
  cache.learn(program, { ...known, hash: null })
  assert.deepEqual(cache.known(program), { ...known, hash: null })
  for (let at = 0; at < 68; at++) {
    cache.learn(program, known)
    assert.deepEqual(cache.known(program), known)
    const [name] = readdirSync(own)
    const bytes = readFileSync(join(own, name))
    bytes[at] ^= 1
    writeFileSync(join(own, name), bytes)
    assert.equal(cache.known(program), null, `byte ${at}`)
  }
})

test('a file that is cut short, and that of another version, are as if absent', () => {
  const own = join(folder, 'd')
  const cache = new CodeCache(own)
  cache.learn(program, { hash: new Uint8Array(32), instructions: 1 })
  cache.put(program, plainVariant, 'bodies', module)
  for (const name of readdirSync(own)) {
    const bytes = readFileSync(join(own, name))
    writeFileSync(join(own, name), bytes.subarray(0, 20))
    // The name of another version's file.
    writeFileSync(join(own, `${name.startsWith('0') ? 1 : 0}${name.slice(1)}`), bytes)
  }
  assert.equal(cache.known(program), null)
  assert.equal(cache.get(program, plainVariant, 'bodies'), null)
})

test('a folder that cannot be made is as if nothing were kept', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const cache = new CodeCache(join(file, 'below'))
  cache.put(program, plainVariant, 'bodies', module)
  assert.equal(cache.get(program, plainVariant, 'bodies'), null)
})

test('a program’s bytes are kept compressed, with what a state file needs of them', async () => {
  const own = join(folder, 'e')
  const cache = new CodeCache(own)
  const bytes = new Uint8Array(100_000).map((_, at) => at >> 3)
  assert.equal(cache.atom(program), null)
  const made = cache.keepAtom(program, bytes)
  const kept = cache.atom(program)
  for (const one of [made, kept]) {
    assert.ok(one !== null && one.packed !== null)
    assert.equal(one.sizeBytes, bytes.length)
    assert.deepEqual(one.bytes(), bytes)
    // One program: its number, its length, itself.
    const section = [Uint8Array.of(1, 0xa0, 0x8d, 6), bytes]
    assert.deepEqual(one.aloneHash, nodeHasher.hashParts(section))
    assert.deepEqual(zstd.decompress(one.packed, bytes.length), bytes)
  }
  const [name] = readdirSync(own)
  for (const at of [0, 33, 40, 70, 200]) {
    const file = readFileSync(join(own, name))
    file[at] ^= 1
    writeFileSync(join(own, name), file)
    assert.equal(cache.atom(program), null, `byte ${at}`)
    cache.keepAtom(program, bytes)
  }
})
