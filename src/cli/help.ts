// vac help: examples first, then verbs, options, exit codes.
import { VacError } from '../base/errors.ts'
import { nearest } from './nearest.ts'
import { has } from './options.ts'
import { jsonLine, jsonOption, type Verb } from './verb.ts'

const rows = (pairs: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...pairs.map(([left]) => left.length))
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd())
}

const optionLabel = (row: Verb['options'][number]): string =>
  `${row.short === undefined ? '' : `-${row.short}, `}--${row.name}` +
  (row.value === null ? '' : ` ${row.value}`)

export function helpText(verbs: readonly Verb[]): string {
  return `${[
    'VAC, a computer you can pause, name by one hash, and continue elsewhere.',
    '',
    'Examples:',
    ...rows([
      ...verbs.flatMap(({ examples: [first] }): [string, string][] =>
        first.says === '' ? [] : [[first.line, first.says]],
      ),
    ]),
    '',
    'Verbs:',
    ...rows(verbs.map(({ name, says }) => [name, says])),
    '',
    'vac help VERB tells more. Data goes to standard output, messages to standard error.',
  ].join('\n')}\n`
}

export function verbHelp(verb: Verb): string {
  const parts = [
    `vac ${verb.name}: ${verb.says}`,
    '',
    'Examples:',
    ...rows(verb.examples.map(({ line, says }) => [line, says])),
    '',
    `Usage: vac ${verb.name} ${verb.usage}`.trimEnd(),
  ]
  if (verb.options.length > 0) {
    parts.push('', 'Options:', ...rows(verb.options.map((row) => [optionLabel(row), row.says])))
  }
  if (verb.notes !== undefined) parts.push('', verb.notes)
  return `${parts.join('\n')}\n`
}

/** The verb of that name; USAGE with the nearest one otherwise. */
export function verbNamed(verbs: readonly Verb[], name: string): Verb {
  const found = verbs.find((verb) => verb.name === name)
  if (found !== undefined) return found
  const names = verbs.map((verb) => verb.name)
  const near = nearest(name, names)
  throw new VacError('USAGE', {
    found: `the verb ${name}`,
    expected: `one of ${names.join(', ')}`,
    hint: near === null ? 'vac help lists the verbs' : `did you mean vac ${near}?`,
  })
}

/** The verb list includes this verb, so it is handed in when asked. */
export const helpVerb = (verbs: () => readonly Verb[]): Verb => ({
  name: 'help',
  says: 'show this, or help for a verb',
  usage: '[VERB]',
  examples: [{ line: 'vac help run', says: 'options of vac run' }],
  options: [jsonOption],
  optionsAnywhere: true,
  run: async (given, io) => {
    const [name] = given.rest
    const verb = name === undefined ? null : verbNamed(verbs(), name)
    if (has(given, 'json')) {
      const chosen = verb === null ? verbs() : [verb]
      io.print(jsonLine(chosen.map(({ run: _, ...facts }) => facts)))
    } else io.print(verb === null ? helpText(verbs()) : verbHelp(verb))
    return 0
  },
})
