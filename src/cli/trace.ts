// vac trace: the instructions of a window of a recorded run, with what they did.
import { VacError } from '../base/errors.ts'
import { rowByName } from '../isa/table.ts'
import { instructionText, numbers } from '../isa/vasm/disassemble-code.ts'
import type { Machine } from '../machine/machine.ts'
import type { RecordedRun } from '../recorded-run.ts'
import { placesNamed } from '../time/questions/places.ts'
import { type BeamFilter, type TracedBeam, tracedBeams } from '../time/questions/traced-beams.ts'
import { answering, bytesGiven } from './answer.ts'
import { plainValue, valueText } from './expression-text.ts'
import { nearest } from './nearest.ts'
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
import { placeLine } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const MOST = 1000

const options: readonly OptionRow[] = [
  { name: 'from', value: 'TICK', says: 'instructions behind this tick; else from the first' },
  { name: 'to', value: 'TICK', says: 'instructions at this tick or before; else to the last' },
  { name: 'op', value: 'NAME', many: true, says: 'only these instructions, as i32.store' },
  { name: 'function', value: 'NAME', many: true, says: 'only of these, by name or number' },
  { name: 'address', value: 'A[:BYTES]', says: 'only those that touch these bytes of a memory' },
  { name: 'most', value: 'N', says: `tell so many at most (${MOST})` },
  engineOption,
  jsonOption,
]

const USAGE = 'vac trace --from TICK --to TICK RECORDING'

export const traceVerb: Verb = {
  name: 'trace',
  says: 'tell the instructions of a window of a recorded run, with what they did',
  usage: '[options] RECORDING',
  examples: [
    { line: 'vac trace --from 1000 --to 1020 run.vac', says: 'places, addresses, values' },
    { line: 'vac trace --op i32.store --address 0x400:4 run.vac', says: 'stores of some bytes' },
  ],
  options,
  optionsAnywhere: true,
  notes: `A value is the result of the instruction, or what it stored. Nothing was kept of all this:
the window of the run is made again. Exit code 1: there was no such instruction.`,
  run: runTrace,
}

async function runTrace(given: Given, io: Io): Promise<number> {
  const [path, ...more] = given.rest
  if (path === undefined || more.length > 0) {
    throw new VacError('USAGE', { found: `${given.rest.length} recordings`, expected: USAGE })
  }
  const tick = (name: string): number | null => wholeNumber(given, name, 0, Number.MAX_SAFE_INTEGER)
  const [from, to, most] = [
    tick('from'),
    tick('to'),
    wholeNumber(given, 'most', 1, 2 ** 24) ?? MOST,
  ]
  const plain = plainFilter(given)
  return answering(
    given,
    io,
    path,
    (run) => {
      const names = optionValues(given, 'function')
      const functions = names.flatMap((name) => placesNamed(run.vac.machine, name, null))
      const filter = { ...plain, ...(names.length === 0 ? {} : { functions }) }
      return firstBeams(run, from ?? run.firstTick, to ?? run.lastTick, filter, most)
    },
    ({ found, more: isCut }, { vac: { machine } }) => {
      if (has(given, 'json')) io.print(jsonLine({ beams: found.map(factsOf), more: isCut }))
      else for (const beam of found) io.print(`${beamText(machine, beam)}\n`)
      if (isCut) io.tell(`there are more: these are the first ${found.length} (--most)`)
      return found.length > 0 ? 0 : 1
    },
  )
}

function plainFilter(given: Given): BeamFilter {
  const ops = optionValues(given, 'op')
  for (const op of ops) {
    if (rowByName.has(op)) continue
    const near = nearest(op, [...rowByName.keys()])
    throw new VacError('USAGE', { found: `--op ${op}`, expected: near ?? 'a name in spec/isa.md' })
  }
  const range = optionValue(given, 'address')
  return {
    ...(ops.length === 0 ? {} : { ops }),
    ...(range === null ? {} : { bytes: bytesGiven(given, range, USAGE) }),
  }
}

function* firstBeams(
  { timeline }: RecordedRun,
  from: number,
  to: number,
  filter: BeamFilter,
  most: number,
): Generator<void, { readonly found: readonly TracedBeam[]; readonly more: boolean }> {
  const found: TracedBeam[] = []
  for (const beam of tracedBeams(timeline, from, to, filter)) {
    if (beam === null) yield
    else if (found.length === most) return { found, more: true }
    else found.push(beam)
  }
  return { found, more: false }
}

const factsOf = ({ tick, place, op, address, value }: TracedBeam) => ({
  ...{ tick: `${tick}`, ...place, op, address },
  value: plainValue(value),
})

function beamText(m: Machine, { tick, place, address, value }: TracedBeam): string {
  const { def } = m.store.instances[place.instance].functions[place.function]
  const text = def === null ? '' : instructionText(def.code, place.pc, numbers)
  const at = address === null ? '' : ` [0x${address.toString(16)}]`
  const tells = value === null ? '' : ` = ${valueText(value)}`
  return `tick ${grouped(tick)}, ${placeLine(m, place)}: ${text}${at}${tells}`
}
