// vac readers: which instructions of a recorded run read some bytes, between two ticks.
import { VacError } from '../base/errors.ts'
import type { Machine } from '../machine/machine.ts'
import type { Reading } from '../recorded-run.ts'
import { answering, bytesGiven } from './answer.ts'
import { type Given, has, type OptionRow, wholeNumber } from './options.ts'
import { grouped } from './progress.ts'
import { engineOption } from './run-options.ts'
import { chainFacts, chainLines } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const MOST = 20

const options: readonly OptionRow[] = [
  { name: 'from', value: 'TICK', says: 'reads behind this tick count; else from the beginning' },
  { name: 'to', value: 'TICK', says: 'reads at this tick or before; else to the end' },
  { name: 'most', value: 'N', says: `tell so many at most (${MOST})` },
  { name: 'memory', value: 'N', says: 'the number of the memory (0)' },
  engineOption,
  jsonOption,
]

const USAGE = 'vac readers RECORDING ADDRESS[:BYTES]'

export const readersVerb: Verb = {
  name: 'readers',
  says: 'tell which instructions read some bytes in a recorded run',
  usage: '[options] RECORDING ADDRESS[:BYTES]',
  examples: [
    { line: 'vac readers run.vac 0x1f00:4', says: 'the first ones: ticks and call chains' },
    { line: 'vac readers --from 9000 --to 9999 run.vac 0x1f00', says: 'in a window' },
  ],
  options,
  optionsAnywhere: true,
  notes: 'Loads, bulk instructions and system calls count. The window of the run is made again.',
  run: runReaders,
}

async function runReaders(given: Given, io: Io): Promise<number> {
  const [path, range, ...more] = given.rest
  if (path === undefined || more.length > 0) {
    throw new VacError('USAGE', { found: `${given.rest.length} words`, expected: USAGE })
  }
  const bytes = bytesGiven(given, range, USAGE)
  const tick = (name: string): number | null => wholeNumber(given, name, 0, Number.MAX_SAFE_INTEGER)
  const [from, to] = [tick('from'), tick('to')]
  const most = wholeNumber(given, 'most', 1, 2 ** 20) ?? MOST
  return answering(
    given,
    io,
    path,
    (run) => {
      run.vac.memory(bytes.memory).read(0, 0)
      return run.questions.readers(bytes, from ?? run.firstTick, to ?? run.lastTick, most)
    },
    ({ found, more: isCut }, { vac: { machine } }) => {
      if (has(given, 'json')) io.print(jsonLine(factsOf(machine, found, isCut)))
      else io.print(`${readersText(machine, found, isCut)}\n`)
      return found.length > 0 ? 0 : 1
    },
  )
}

function factsOf(m: Machine, found: readonly Reading[], more: boolean) {
  const readers = found.map(({ tick, bytes: { memory, from, to }, chain }) => ({
    ...{ tick: `${tick}`, memory, address: from, bytes: to - from },
    chain: chainFacts(m, chain),
  }))
  return { readers, more }
}

export function readersText(m: Machine, found: readonly Reading[], more: boolean): string {
  if (found.length === 0) return 'nothing read there'
  const lines = found.flatMap(({ tick, bytes: { from, to }, chain }) => [
    `tick ${grouped(tick)}: read ${to - from} bytes from 0x${from.toString(16)}`,
    ...chainLines(m, chain),
  ])
  if (more) lines.push(`there are more: these are the first ${found.length} (--most)`)
  return lines.join('\n')
}
