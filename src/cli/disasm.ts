// vac disasm: any program as assembly text, which assembles to the same program.
import { utf8 } from '../base/bytes.ts'
import { writeOutputFile } from '../host/output-file.ts'
import { disassemble } from '../isa/vasm/disassemble.ts'
import { type Given, has, type OptionRow, optionValue } from './options.ts'
import { onlyFile, readProgram } from './program-source.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'output', short: 'o', value: 'FILE', says: 'where to write; standard output otherwise' },
  jsonOption,
]

export const disasmVerb: Verb = {
  name: 'disasm',
  says: 'show a program as assembly text',
  usage: '[options] FILE',
  examples: [
    { line: 'vac disasm hello.atom', says: 'on standard output' },
    { line: 'vac disasm module.wasm -o module.vasm', says: 'into a file' },
  ],
  options,
  optionsAnywhere: true,
  run: async (given: Given, io: Io): Promise<number> => {
    const file = onlyFile(given.rest, 'disasm')
    const { kind, program } = await readProgram(file)
    const text = disassemble(program)
    const output = optionValue(given, 'output')
    if (output !== null) writeOutputFile(output, utf8(text))
    if (has(given, 'json')) {
      io.print(jsonLine({ file, kind, ...(output === null ? { text } : { output }) }))
    } else if (output === null) io.print(text)
    return 0
  },
}
