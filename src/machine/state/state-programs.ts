// Section `programs`: in a file each program's whole Atom bytes, in the root its hash.
import { type ByteReader, ByteWriter, sameBytes } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import type { Hasher } from '../../base/hasher.ts'
import { decodeProgram } from '../../isa/codec/decode.ts'
import type { Program } from '../../isa/program.ts'
import { verifyProgram } from '../../isa/verify/verify.ts'
import type { Store } from '../store.ts'
import { programHash } from './program-hash.ts'
import {
  type FilePart,
  type FileSection,
  failAt,
  finish,
  partOf,
  readCount,
} from './state-format.ts'

/** A program's whole Atom bytes, for a state file. */
export interface ProgramBytes extends FilePart {
  /** SHA-256 of the section that has no other program; null: it is made of the bytes. */
  readonly aloneHash: Uint8Array | null
}

export function encodeProgramHashes(programs: Store['programs']): Uint8Array {
  const w = new ByteWriter()
  if (programs.length > 0) w.uleb(programs.length)
  for (const { hash } of programs) w.raw(hash)
  return w.written
}

/** What comes before the bytes of a program. */
function headOf(sizeBytes: number, number: number, count: number): Uint8Array {
  const head = new ByteWriter()
  if (number === 0) head.uleb(count)
  head.uleb(sizeBytes)
  return head.written
}

/** `ProgramBytes.aloneHash` of Atom bytes. */
export const aloneHash = (bytes: Uint8Array, hasher: Hasher): Uint8Array =>
  hasher.hashParts([headOf(bytes.length, 0, 1), bytes])

/** What `bytesOf` gives are parts of the file. */
export function encodePrograms(
  programs: Store['programs'],
  bytesOf: (program: Program) => ProgramBytes,
): FileSection {
  const found = programs.map(({ program }) => bytesOf(program))
  const parts = found.flatMap((one, number) => [
    partOf(headOf(one.sizeBytes, number, found.length)),
    one,
  ])
  return { parts, hash: found.length === 1 ? found[0].aloneHash : null }
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
