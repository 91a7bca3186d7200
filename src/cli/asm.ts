// vac asm: any program to Atom bytecode.

import { hex } from '../base/bytes.ts'
import { writeOutputFile } from '../host/output-file.ts'
import { encodeProgram } from '../isa/codec/encode.ts'
import { type Given, has, type OptionRow, optionValue } from './options.ts'
import { onlyFile, readProgram } from './program-source.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'output', short: 'o', value: 'FILE', says: 'where to write; FILE with .atom otherwise' },
  { name: 'strip', value: null, says: 'leave out names, source offsets and custom sections' },
  jsonOption,
]

export const asmVerb: Verb = {
  name: 'asm',
  says: 'assemble or translate a program to Atom bytecode',
  usage: '[options] FILE',
  examples: [
    { line: 'vac asm hello.vasm', says: 'writes hello.atom' },
    { line: 'vac asm -o out.atom module.wasm', says: 'translate a WebAssembly module' },
  ],
  options,
  optionsAnywhere: true,
  run: async (given: Given, io: Io): Promise<number> => {
    const file = onlyFile(given.rest, 'asm')
    const { kind, program, hash } = await readProgram(file)
    const bytes = encodeProgram(program, has(given, 'strip') ? 'canonical' : 'all')
    const output = optionValue(given, 'output') ?? outputName(file)
    writeOutputFile(output, bytes)
    const facts = { file, kind, output, sizeBytes: `${bytes.length}`, hash: hex(hash) }
    if (has(given, 'json')) io.print(jsonLine(facts))
    else io.tell(`${output}: ${bytes.length} bytes, program ${facts.hash}`)
    return 0
  },
}

const outputName = (file: string): string =>
  file === '-' ? 'out.atom' : `${file.replace(/\.(wasm|wat|vasm|atom)$/, '')}.atom`
