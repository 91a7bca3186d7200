// spec/state.md by example: its program, stopped where it says, has the dump that stands there.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { bytesOfHex, hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/sha256.ts'
import { nodeHasher } from '../../host/hasher.ts'
import { assemble } from '../../isa/vasm/assemble.ts'
import { Merkle } from '../../memory/merkle.ts'
import { invoke } from '../calls.ts'
import { instantiate } from '../instantiate.ts'
import { Machine } from '../machine.ts'
import { defaultManifest } from '../manifest.ts'
import { run } from '../run.ts'
import { programHash } from './program-hash.ts'
import { decodeState, encodeState } from './state.ts'
import { readStateFile, sectionDomain, sections } from './state-format.ts'

const path = new URL('../../../spec/state.md', import.meta.url)
const spec = readFileSync(path, 'utf8')

function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(spec)
  assert.ok(found !== null, `spec/state.md has a block of ${language}`)
  return found[1]
}

function dump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = Array.from(bytes.subarray(at, at + 16), (byte) =>
      byte.toString(16).padStart(2, '0'),
    )
    lines.push(`${at.toString(16).padStart(4, '0')}  ${row.join(' ')}\n`)
  }
  return lines.join('')
}

const bytesOf = (text: string): Uint8Array =>
  bytesOfHex(text.replace(/^[0-9a-f]+ {2}/gm, '').replace(/\s/g, ''))

function example(): Machine {
  const program = assemble(block('vasm'))
  const m = new Machine(defaultManifest)
  instantiate(m, program, programHash(program, nodeHasher), () => null)
  invoke(m, m.store.instances[1].functions[0], [2n])
  run(m, 8)
  return m
}

describe('spec/state.md', () => {
  it('shows the bytes of its example', () => {
    const made = dump(encodeState(example(), nodeHasher))
    if (process.env['VAC_REWRITE'] === '1') {
      const replaced = spec.replace(/^```hexdump\n[\s\S]*?^```/m, `\`\`\`hexdump\n${made}\`\`\``)
      writeFileSync(path, replaced)
      return
    }
    assert.equal(made, block('hexdump'))
  })

  it('shows bytes that decode to its example', () => {
    const { machine } = decodeState(bytesOf(block('hexdump')), nodeHasher, () => null)
    assert.deepEqual([machine.status, machine.ticks, machine.depth], ['running', 8, 2])
    assert.deepEqual(Array.from(machine.framePc.subarray(0, 2)), [7, 3])
    assert.equal(machine.store.globalWords[0], 5)
    run(machine, 1000)
    assert.equal(machine.status, 'idle')
  })

  it('defines the root that stands in the file', () => {
    const file = readStateFile(bytesOf(block('hexdump')), nodeHasher)
    const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
    const named = (name: Uint8Array, value: Uint8Array): Uint8Array =>
      sha256(concat(Uint8Array.of(2, name.length), name, value))
    const u64 = (value: number): Uint8Array =>
      new Uint8Array(new BigUint64Array([BigInt(value)]).buffer)
    // All sections here are shorter than a leaf.
    const leaf = (bytes: Uint8Array): Uint8Array => {
      const padded = new Uint8Array(4097)
      padded.set(bytes, 1)
      return sha256(padded)
    }
    const bytes = new Map(file.whole)
    const [program] = example().store.programs
    bytes.set('programs', concat(Uint8Array.of(1), program.hash))
    const zeros = new Merkle(nodeHasher).zero(4)
    bytes.set('memories', concat(Uint8Array.of(1, 0, 1, 1), zeros))
    let row = new Array<Uint8Array>(16).fill(new Uint8Array(32))
    for (const [name, part] of bytes) {
      row[sections[name]] = named(sectionDomain(name), concat(u64(part.length), leaf(part)))
    }
    for (; row.length > 1; row = row.filter((_, i) => i % 2 === 0)) {
      row = row.map((hash, i) => sha256(concat(Uint8Array.of(1), hash, row[i + 1] ?? hash)))
    }
    const root = named(new TextEncoder().encode('vac.state'), concat(new Uint8Array(4), row[0]))
    assert.equal(hex(root), hex(file.root))
  })
})
