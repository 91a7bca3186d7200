// One mutated file through its door. What is refused is refused by an expected code; what is let in
// verifies, and runs the same by both engines.
import { VacError } from '../../src/base/errors.ts'
import { nodeHasher } from '../../src/host/hasher.ts'
import { decodeProgram } from '../../src/isa/codec/decode.ts'
import { encodeProgram } from '../../src/isa/codec/encode.ts'
import type { Program } from '../../src/isa/program.ts'
import { assemble } from '../../src/isa/vasm/assemble.ts'
import { verifyProgram } from '../../src/isa/verify/verify.ts'
import { translate } from '../../src/wasm/translate.ts'
import type { Corpus, Door } from './corpus.ts'
import { mutateBytes, mutateText } from './mutate.ts'
import { Random } from './random.ts'
import { tryProgram } from './trial.ts'

const codes: Readonly<Record<Door, readonly string[]>> = {
  wasm: ['WASM_MALFORMED', 'WASM_INVALID', 'WASM_UNSUPPORTED', 'WASM_LIMIT'],
  atom: ['ATOM_MALFORMED'],
  vasm: ['VASM_SYNTAX'],
}
const doors: readonly Door[] = ['wasm', 'wasm', 'atom', 'vasm']

export interface MutationResult {
  readonly door: Door
  /** An error's code, or how the program's run ended. */
  readonly outcome: string
  readonly ticks: number
}

export interface Mutant {
  readonly door: Door
  readonly bytes: Uint8Array
}

export function mutant(corpus: Corpus, seed: number): Mutant {
  const r = new Random(seed)
  const door = doors[seed % doors.length]
  const other = (): Uint8Array => corpus.pick(door, r)
  if (door !== 'vasm') return { door, bytes: mutateBytes(r, other(), other) }
  const text = (): string => new TextDecoder().decode(other())
  return { door, bytes: new TextEncoder().encode(mutateText(r, text(), text)) }
}

/** Throws where the file is neither refused as it should be nor runs as it should. */
export function tryMutant({ door, bytes }: Mutant): MutationResult {
  let program: Program
  try {
    program = open(door, bytes)
  } catch (error) {
    if (!(error instanceof VacError) || !codes[door].includes(error.code)) throw error
    return { door, outcome: error.code, ticks: 0 }
  }
  try {
    verifyProgram(program)
  } catch (error) {
    const refused = error instanceof VacError && error.code === 'ATOM_INVALID'
    if (!refused || door === 'wasm') throw error
    return { door, outcome: 'ATOM_INVALID', ticks: 0 }
  }
  checkEncoding(program)
  return { door, ...tryProgram(program, nodeHasher) }
}

function open(door: Door, bytes: Uint8Array): Program {
  if (door === 'wasm') return translate(bytes)
  return door === 'atom' ? decodeProgram(bytes) : assemble(new TextDecoder().decode(bytes))
}

/** A program that verifies has one encoding, which decodes to itself. */
function checkEncoding(program: Program): void {
  const bytes = encodeProgram(program)
  const again = encodeProgram(decodeProgram(bytes))
  if (Buffer.compare(bytes, again) !== 0) throw new Error('the encoding decodes to another program')
}
