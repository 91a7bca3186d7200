// vac why: where a text that a recorded run printed, or bytes of its memory, came from.
import { utf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import type { Machine } from '../machine/machine.ts'
import type { OutputMatch, Reason, RecordedRun, WhyOptions } from '../recorded-run.ts'
import { Why } from '../time/questions/why.ts'
import { answering, bytesGiven, threadsOption } from './answer.ts'
import { type Given, has, type OptionRow, optionValue, wholeNumber } from './options.ts'
import { engineOption } from './run-options.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'
import { matchText, reasonFacts, reasonsText } from './why-text.ts'

const options: readonly OptionRow[] = [
  { name: 'output', value: 'TEXT', says: 'ask for a text that was printed' },
  { name: 'nth', value: 'N', says: 'its occurrence number N (1)' },
  { name: 'before', value: 'TICK', says: 'of an address: as it was at this tick; else at the end' },
  { name: 'hops', value: 'N', says: 'follow N writes one behind the other (4)' },
  { name: 'writes', value: 'N', says: 'look up N writes at most, in all (48)' },
  { name: 'budget', value: 'TICKS', says: 'trace so many instructions at most (8388608)' },
  { name: 'addresses', value: null, says: 'follow what addresses were computed from, too' },
  { name: 'memory', value: 'N', says: 'the number of the memory (0)' },
  threadsOption,
  engineOption,
  jsonOption,
]

const USAGE = 'vac why RECORDING --output TEXT, or vac why RECORDING ADDRESS[:BYTES]'

export const whyVerb: Verb = {
  name: 'why',
  says: 'tell where printed text or bytes of memory came from in a recorded run',
  usage: '[options] RECORDING [ADDRESS[:BYTES]]',
  examples: [
    { line: 'vac why run.vac --output "total: 41"', says: 'who printed it, and of what' },
    { line: 'vac why run.vac 0x1f00:4 --hops 8', says: 'who wrote it, and of what' },
  ],
  options,
  optionsAnywhere: true,
  notes: `The answer is a slice of data: who wrote the bytes, what that value was computed from,
where it was loaded from, who wrote it there, and so on. What decided which instructions ran is left
out, and so are addresses but for --addresses. What is not followed says why.`,
  run: runWhy,
}

interface Found {
  /** null: bytes of a memory were asked for. */
  readonly match: OutputMatch | null
  readonly reasons: readonly Reason[]
}

async function runWhy(given: Given, io: Io): Promise<number> {
  const [path, range, ...more] = given.rest
  const text = optionValue(given, 'output')
  if (path === undefined || more.length > 0 || (text === null) === (range === undefined)) {
    throw new VacError('USAGE', { found: `${given.rest.length} words`, expected: USAGE })
  }
  if (text === '') throw new VacError('USAGE', { found: 'an empty text', expected: USAGE })
  const bytes = range === undefined ? null : bytesGiven(given, range, USAGE)
  const before = wholeNumber(given, 'before', 0, Number.MAX_SAFE_INTEGER)
  const nth = wholeNumber(given, 'nth', 1, Number.MAX_SAFE_INTEGER) ?? 1
  const limits = limitsOf(given)
  return answering(
    given,
    io,
    path,
    function* (run: RecordedRun): Generator<void, Found | null> {
      if (bytes === null) return yield* run.whyPrinted(utf8(text ?? ''), nth, limits)
      run.vac.memory(bytes.memory).read(0, 0)
      const why = new Why(run.timeline, run.questions, limits)
      return { match: null, reasons: yield* why.bytes(bytes, before ?? run.lastTick) }
    },
    (found, { vac: { machine } }) => {
      if (has(given, 'json')) io.print(jsonLine(found === null ? null : factsOf(machine, found)))
      else if (found === null) io.print('it was not printed so often\n')
      else {
        const head = found.match === null ? [] : [matchText(found.match)]
        io.print(`${[...head, reasonsText(machine, found.reasons)].join('\n')}\n`)
      }
      return found === null ? 1 : 0
    },
  )
}

function limitsOf(given: Given): Partial<WhyOptions> {
  const limit = (name: 'hops' | 'writes' | 'budget', most: number): Partial<WhyOptions> => {
    const value = wholeNumber(given, name, 1, most)
    return value === null ? {} : { [name]: value }
  }
  return {
    ...limit('hops', 1000),
    ...limit('writes', 100_000),
    ...limit('budget', 2 ** 40),
    addresses: has(given, 'addresses'),
  }
}

const LEFT_OUT = 'control dependence'

function factsOf(m: Machine, { match, reasons }: Found) {
  const printed =
    match === null ? {} : { stream: match.stream, offset: match.at, tick: `${match.parts[0].tick}` }
  return { ...printed, leftOut: [LEFT_OUT], reasons: reasons.map((one) => reasonFacts(m, one)) }
}
