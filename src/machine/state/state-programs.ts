// Section `programs`: in a file each program's whole Atom bytes, in the root its hash.
import { type ByteReader, ByteWriter, sameBytes } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import type { Hasher } from '../../base/hasher.ts'
import { decodeProgram } from '../../isa/codec/decode.ts'
import type { Program } from '../../isa/program.ts'
import { verifyProgram } from '../../isa/verify/verify.ts'
import type { Store } from '../store.ts'
import { programHash } from './program-hash.ts'
import { failAt, finish, readCount } from './state-format.ts'

/** A program's whole Atom bytes. */
export type ProgramBytes = (program: Program) => Uint8Array

export function encodePrograms(
  programs: Store['programs'],
  form: ProgramBytes | 'hash',
): Uint8Array {
  const w = new ByteWriter()
  if (programs.length > 0) w.uleb(programs.length)
  for (const { program, hash } of programs) {
    if (form === 'hash') w.raw(hash)
    else w.blob(form(program))
  }
  return w.written
}

/** The programs, verified: engines check none of it again. */
export function decodePrograms(r: ByteReader, hasher: Hasher): Store['programs'] {
  const programs: Store['programs'] = []
  for (let left = readCount(r, 'programs'); left > 0; left--) {
    const size = readCount(r, 'bytes of a program')
    const start = r.at
    const program = readProgram(r, start, r.raw(size))
    const hash = programHash(program, hasher)
    if (programs.some((other) => sameBytes(other.hash, hash))) {
      failAt(r, start, 'a program twice', 'each once')
    }
    programs.push({ program, hash })
  }
  finish(r, 'programs')
  return programs
}

function readProgram(r: ByteReader, start: number, bytes: Uint8Array): Program {
  try {
    const program = decodeProgram(bytes)
    verifyProgram(program)
    return program
  } catch (error) {
    if (!(error instanceof VacError)) throw error
    failAt(r, start, error.message, 'a program that verifies')
  }
}
