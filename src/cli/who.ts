// vac who: the last write of some bytes of a recorded run.
import { VacError } from '../base/errors.ts'
import { inTurns, RecordedRun } from '../recorded-run.ts'
import { interruption } from './interruption.ts'
import { type Given, has, type OptionRow, wholeNumber } from './options.ts'
import { Progress } from './progress.ts'
import { engineOf, engineOption } from './run-options.ts'
import { chainFacts, writerLines } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'before', value: 'TICK', says: 'the last one at this tick or before; else of the run' },
  { name: 'memory', value: 'N', says: 'the number of the memory (0)' },
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

async function runWho(given: Given, io: Io): Promise<number> {
  const [path, range, ...more] = given.rest
  const match = /^(0x[0-9a-f]+|\d+)(?::(\d+))?$/i.exec(range ?? '')
  if (path === undefined || match === null || more.length > 0) {
    throw new VacError('USAGE', {
      found: given.rest.length < 2 ? 'no address' : given.rest.slice(1).join(' '),
      expected: 'vac who RECORDING ADDRESS[:BYTES]',
    })
  }
  const engine = engineOf(given)
  const memory = wholeNumber(given, 'memory', 0, 2 ** 20) ?? 0
  const before = wholeNumber(given, 'before', 0, Number.MAX_SAFE_INTEGER)
  const from = Number(match[1])
  const bytes = { memory, from, to: from + Number(match[2] ?? 1) }
  const run = await RecordedRun.open(path, engine)
  const interrupt = interruption()
  const abort = new AbortController()
  interrupt.happened.then(() => abort.abort())
  const progress = Progress.start(() => run.vac, 'long', process.stderr)
  run.vac.memory(memory).read(0, 0)
  try {
    const work = run.questions.lastWrite(bytes, before ?? run.lastTick)
    const found = await inTurns(work, () => {
      progress?.look()
      abort.signal.throwIfAborted()
    })
    progress?.clear()
    if (found === null) {
      io.print(has(given, 'json') ? jsonLine(null) : 'nothing wrote there\n')
      return 1
    }
    const { tick, chain } = found
    const { machine } = run.vac
    const [old, now] = [found.before, found.after].map((part) => Buffer.from(part).toString('hex'))
    if (has(given, 'json')) {
      const places = chain === null ? null : chainFacts(machine, chain)
      io.print(jsonLine({ tick: `${tick}`, before: old, after: now, chain: places }))
    } else {
      const by = writerLines(machine, chain).join('\n')
      io.print(`tick ${tick}: ${old} became ${now}\n${by}\n`)
    }
    return 0
  } catch (error) {
    if (!abort.signal.aborted) throw error
    io.tell(`stopped at tick ${run.vac.ticks}, without an answer`)
    return 130
  } finally {
    progress?.clear()
    interrupt.stopListening()
  }
}
