// vac inspect: what a program is, wants and offers, without running it.
import { hex } from '../base/bytes.ts'
import type { LoadedProgram } from '../host/program-file.ts'
import type { ExternType, Program } from '../isa/program.ts'
import { defaultGrants, opens } from '../wall/capabilities.ts'
import { type Requirement, requirementsOf } from '../wall/link.ts'
import { type Given, has } from './options.ts'
import { printable } from './printable.ts'
import { externText, limitsText } from './program-names.ts'
import { onlyFile, readProgram } from './program-source.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

export const inspectVerb: Verb = {
  name: 'inspect',
  says: 'show what a program imports, needs and exports',
  usage: '[options] FILE',
  examples: [
    { line: 'vac inspect sqlite.wasm', says: 'imports with their capabilities, exports, sizes' },
    { line: 'vac inspect --json sqlite.wasm', says: 'the same for a program' },
  ],
  options: [jsonOption],
  optionsAnywhere: true,
  run: async (given: Given, io: Io): Promise<number> => {
    const file = onlyFile(given.rest, 'inspect')
    const loaded = await readProgram(file)
    const facts = factsOf(file, loaded)
    io.print(has(given, 'json') ? jsonLine(facts) : textOf(facts))
    return 0
  },
}

function factsOf(file: string, loaded: LoadedProgram) {
  const { program, kind } = loaded
  let instructions = 0
  for (const { code } of program.functions) instructions += code.op.length
  return {
    file,
    kind,
    sizeBytes: loaded.sizeBytes,
    hash: hex(loaded.hash),
    name: program.names.module,
    imports: requirementsOf(program).map((requirement, at) =>
      importFacts(program, requirement, at),
    ),
    exports: program.exports.map(({ name, kind: what, index }) => ({
      name,
      kind: what,
      type: externText(program, externAt(program, what, index)),
    })),
    memories: program.memories.map((limits) => limitsText(limits, 'pages')),
    functions: program.functions.length,
    instructions,
    globals: program.globals.length,
    tables: program.tables.length,
    tags: program.tags.length,
    dataBytes: Iterator.from(program.data).reduce((sum, { bytes }) => sum + bytes.length, 0),
    start: program.start >= 0,
    namedFunctions: program.names.functions.size,
    customs: program.customs.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length })),
  }
}
type Facts = ReturnType<typeof factsOf>

function importFacts(program: Program, requirement: Requirement, at: number) {
  const { module, name, kind, known, needs } = requirement
  const wanted = program.imports[at]
  return {
    module,
    name,
    kind,
    type: wanted === undefined ? null : externText(program, wanted.extern),
    needs,
    answer:
      known === 'unknown'
        ? 'refused: the wall has no such thing'
        : known === 'absent'
          ? 'linked; answers ENOSYS'
          : opens(defaultGrants, needs)
            ? 'granted by default'
            : `needs --allow ${needs[0]}`,
  }
}

/** The type of an item of an index space: imports of the kind come first. */
function externAt(program: Program, kind: ExternType['kind'], index: number): ExternType {
  const imported = program.imports.filter(({ extern }) => extern.kind === kind)
  if (index < imported.length) return imported[index].extern
  const own = index - imported.length
  switch (kind) {
    case 'func':
      return { kind, type: program.functions[own].type }
    case 'table':
      return { kind, table: program.tables[own].table }
    case 'memory':
      return { kind, memory: program.memories[own] }
    case 'global':
      return { kind, global: program.globals[own].global }
    default:
      return { kind, type: program.tags[own] }
  }
}

function textOf(facts: Facts): string {
  const lines = [
    `${facts.file}: ${facts.kind}, ${facts.sizeBytes} bytes`,
    `program   ${facts.hash}${facts.name === null ? '' : ` (${facts.name})`}`,
    `code      ${facts.functions} functions, ${facts.instructions} instructions, ` +
      `${facts.namedFunctions} named${facts.start ? ', a start function' : ''}`,
    `data      ${facts.dataBytes} bytes; ${facts.globals} globals, ${facts.tables} tables, ` +
      `${facts.tags} tags`,
    ...facts.memories.map((memory) => `memory    ${memory}`),
    ...table(
      'imports',
      facts.imports.map(({ module, name, kind, type, needs, answer }) => [
        `${module}.${name}`,
        `${kind} ${type ?? ''}`.trim(),
        needs.length === 0 ? answer : `${needs.join(' or ')}: ${answer}`,
      ]),
    ),
    ...table(
      'exports',
      facts.exports.map(({ name, kind, type }) => [name, `${kind} ${type}`]),
    ),
    ...table(
      'custom sections',
      facts.customs.map(({ name, sizeBytes }) => [name, `${sizeBytes} bytes`]),
    ),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

function table(title: string, rows: readonly string[][]): string[] {
  if (rows.length === 0) return [`${title}: none`]
  const widths = rows[0].map((_, at) =>
    Math.min(56, Math.max(...rows.map((row) => row[at].length))),
  )
  return [
    `${title}:`,
    ...rows.map((row) =>
      `  ${row.map((cell, at) => cell.padEnd(widths[at])).join('  ')}`.trimEnd(),
    ),
  ]
}
