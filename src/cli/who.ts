// vac who: the last write of some bytes of a recorded run.
import { VacError } from '../base/errors.ts'
import { answering, bytesGiven, threadsOption } from './answer.ts'
import { type Given, has, type OptionRow, wholeNumber } from './options.ts'
import { engineOption } from './run-options.ts'
import { chainFacts, writerLines } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'before', value: 'TICK', says: 'the last one at this tick or before; else of the run' },
  { name: 'memory', value: 'N', says: 'the number of the memory (0)' },
  threadsOption,
  engineOption,
  jsonOption,
]

export const whoVerb: Verb = {
  name: 'who',
  says: 'tell what wrote some bytes last in a recorded run',
  usage: '[options] RECORDING ADDRESS[:BYTES]',
  examples: [
    { line: 'vac who run.vac 0x1f00:4', says: 'tick, call chain, old and new bytes' },
    { line: 'vac who --before 1000000 run.vac 0x1f00', says: 'of one byte, up to a tick' },
  ],
  options,
  optionsAnywhere: true,
  notes: `A write that leaves the same bytes counts too, and so do writes of system calls and from
outside. Nothing is looked up: parts of the run are made again.`,
  run: runWho,
}

const USAGE = 'vac who RECORDING ADDRESS[:BYTES]'

async function runWho(given: Given, io: Io): Promise<number> {
  const [path, range, ...more] = given.rest
  if (path === undefined || more.length > 0) {
    throw new VacError('USAGE', {
      found: path === undefined ? 'no address' : given.rest.slice(1).join(' '),
      expected: USAGE,
    })
  }
  const bytes = bytesGiven(given, range, USAGE)
  const before = wholeNumber(given, 'before', 0, Number.MAX_SAFE_INTEGER)
  return answering(
    given,
    io,
    path,
    (run) => {
      run.vac.memory(bytes.memory).read(0, 0)
      return run.questions.lastWrite(bytes, before ?? run.lastTick)
    },
    (found, { vac: { machine } }) => {
      if (found === null) {
        io.print(has(given, 'json') ? jsonLine(null) : 'nothing wrote there\n')
        return 1
      }
      const { tick, chain } = found
      const [old, now] = [found.before, found.after].map((part) =>
        Buffer.from(part).toString('hex'),
      )
      if (has(given, 'json')) {
        const places = chain === null ? null : chainFacts(machine, chain)
        io.print(jsonLine({ tick: `${tick}`, before: old, after: now, chain: places }))
      } else {
        const by = writerLines(machine, chain).join('\n')
        io.print(`tick ${tick}: ${old} became ${now}\n${by}\n`)
      }
      return 0
    },
  )
}
