// vac log: values wherever a recorded run came to a place, as if the program had printed them.
import { VacError } from '../base/errors.ts'
import type { Machine } from '../machine/machine.ts'
import { Expression } from '../time/expression/expression.ts'
import { type Logged, logOf } from '../time/questions/log.ts'
import { placesAt } from '../time/questions/places.ts'
import { answering } from './answer.ts'
import { plainValue, valueText } from './expression-text.ts'
import {
  type Given,
  has,
  type OptionRow,
  optionValue,
  optionValues,
  wholeNumber,
} from './options.ts'
import { grouped } from './progress.ts'
import { engineOption } from './run-options.ts'
import { chainFacts, placeLine } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const MOST = 1000

const options: readonly OptionRow[] = [
  {
    name: 'at',
    value: 'PLACE',
    many: true,
    says: 'FILE:LINE, FUNCTION or FUNCTION:PC; a function of the wall, as fd_write: its calls',
  },
  { name: 'if', value: 'EXPR', says: 'only where the expression is true' },
  { name: 'from', value: 'TICK', says: 'from this tick on; else from the first' },
  { name: 'to', value: 'TICK', says: 'to this tick; else to the last' },
  { name: 'most', value: 'N', says: `tell so many at most (${MOST})` },
  engineOption,
  jsonOption,
]

const USAGE = 'vac log --at PLACE RECORDING EXPR...'

export const logVerb: Verb = {
  name: 'log',
  says: 'tell values wherever a recorded run came to a place',
  usage: '--at PLACE [options] RECORDING [EXPR...]',
  examples: [
    { line: `vac log --at main.c:12 run.vac 'i32[0x400]' depth`, says: 'at a line' },
    { line: `vac log --at f --if 'local(0) > 9' run.vac 'local(0)'`, says: 'calls of a function' },
  ],
  options,
  optionsAnywhere: true,
  notes: `Values are those before the instruction at the place; - where one cannot be had.
Expressions are described in docs/guide.md. The window of the run is made again. Exit code 1: never
there.`,
  run: runLog,
}

async function runLog(given: Given, io: Io): Promise<number> {
  const [path, ...texts] = given.rest
  const at = optionValues(given, 'at')
  if (path === undefined || at.length === 0) {
    const found = path === undefined ? 'no recording' : 'no place'
    throw new VacError('USAGE', { found, expected: USAGE })
  }
  const tick = (name: string): number | null => wholeNumber(given, name, 0, Number.MAX_SAFE_INTEGER)
  const [from, to, most] = [
    tick('from'),
    tick('to'),
    wholeNumber(given, 'most', 1, 2 ** 24) ?? MOST,
  ]
  const condition = optionValue(given, 'if')
  return answering(
    given,
    io,
    path,
    (run) => {
      const { machine } = run.vac
      const places = at.flatMap((word) => placesAt(machine, word))
      const expressions = texts.map((text) => Expression.for(machine, text))
      return logOf(run.timeline, places, expressions, {
        from: from ?? run.firstTick,
        to: to ?? run.lastTick,
        condition: condition === null ? null : Expression.for(machine, condition),
        most,
      })
    },
    ({ found, more }, { vac: { machine } }) => {
      if (has(given, 'json')) io.print(jsonLine({ hits: factsOf(machine, found, texts), more }))
      else for (const logged of found) io.print(`${logText(machine, logged, texts)}\n`)
      if (more) io.tell(`there are more: these are the first ${found.length} (--most)`)
      return found.length > 0 ? 0 : 1
    },
  )
}

const factsOf = (m: Machine, found: readonly Logged[], texts: readonly string[]) =>
  found.map(({ tick, place, values }) => ({
    tick: `${tick}`,
    place: chainFacts(m, [place])[0],
    values: Object.fromEntries(texts.map((text, at) => [text, plainValue(values[at])])),
  }))

function logText(m: Machine, { tick, place, values }: Logged, texts: readonly string[]): string {
  const told = texts.map((text, at) => `${text} = ${valueText(values[at])}`)
  return [`tick ${grouped(tick)}, ${placeLine(m, place)}`, ...told].join('; ')
}
