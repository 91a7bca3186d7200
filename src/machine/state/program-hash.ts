// The name of a program: the hash of its canonical part, so that debug facts do not change it.
import { utf8 } from '../../base/bytes.ts'
import type { Hasher } from '../../base/hasher.ts'
import { encodeProgram } from '../../isa/codec/encode.ts'
import type { Program } from '../../isa/program.ts'
import { Merkle } from '../../memory/merkle.ts'

const NAME = utf8('vac.program')

/** 32 bytes. spec/state.md, "Programs". */
export function programHash(program: Program, hasher: Hasher): Uint8Array {
  return new Merkle(hasher).blob(NAME, encodeProgram(program, 'canonical'))
}
