// The examples of spec/program.md are what it says of them.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bytesOfHex, hex } from '../../base/bytes.ts'
import { assemble } from '../vasm/assemble.ts'
import { disassemble } from '../vasm/disassemble.ts'
import { verifyProgram } from '../verify/verify.ts'
import { decodeProgram } from './decode.ts'
import { encodeProgram } from './encode.ts'

const spec = readFileSync(join(import.meta.dirname, '..', '..', '..', 'spec', 'program.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...spec.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text]) => text)

test('the hex dump is the program that stands above it', () => {
  const [dump] = blocks('hex')
  const [text] = blocks('vasm')
  const bytes = bytesOfHex(dump.replaceAll(/;.*$/gm, '').replaceAll(/\s/g, ''))
  assert.ok(spec.includes(`of ${bytes.length} bytes`))
  const program = decodeProgram(bytes)
  verifyProgram(program)
  assert.deepEqual(encodeProgram(assemble(text)), bytes)
  assert.equal(disassemble(program), disassemble(assemble(text)))
})

test('the sample of the written form assembles and comes back', () => {
  const [, sample] = blocks('vasm')
  const program = assemble(sample)
  assert.equal(program.functions.length, 2)
  assert.equal(program.functions[0].handlers.length, 1)
  assert.deepEqual(encodeProgram(assemble(disassemble(program))), encodeProgram(program))
})

test('the magic and the types of a program stand where the document says', () => {
  const bytes = encodeProgram(assemble('func f ()\nreturn\nend'))
  assert.equal(hex(bytes.subarray(0, 8)), '0041544d01000000')
  assert.equal(bytes[8], 1)
})
