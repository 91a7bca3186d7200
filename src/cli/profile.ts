// vac profile: where a recorded run spent its ticks, for speedscope.
import { utf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { checkWritable, writeOutputFile } from '../host/output-file.ts'
import type { Machine } from '../machine/machine.ts'
import { exactProfile, type Profile, sampledProfile } from '../time/questions/profile.ts'
import { answering } from './answer.ts'
import { type Given, type OptionRow, optionValue, wholeNumber } from './options.ts'
import { printable } from './printable.ts'
import { grouped } from './progress.ts'
import { engineOption } from './run-options.ts'
import { speedscope, titleOf } from './speedscope.ts'
import type { Io, Verb } from './verb.ts'

/** Of a longer window samples are taken, about so many. */
const EXACT_TICKS = 2 ** 21
const SAMPLES = 10_000
const SHOWN = 10

const options: readonly OptionRow[] = [
  { name: 'output', short: 'o', value: 'FILE', says: 'write the profile there' },
  { name: 'from', value: 'TICK', says: 'from this tick on; else from the first' },
  { name: 'to', value: 'TICK', says: 'to this tick; else to the last' },
  { name: 'every', value: 'N', says: 'take the call chain every N ticks, also of a short window' },
  engineOption,
]

const USAGE = 'vac profile -o FILE RECORDING'

export const profileVerb: Verb = {
  name: 'profile',
  says: 'tell where a recorded run spent its ticks, as a file for speedscope',
  usage: '-o FILE [options] RECORDING',
  examples: [
    { line: 'vac profile -o run.json run.vac', says: 'open it at speedscope.app' },
    { line: 'vac profile --from 1000 --to 90000 -o run.json run.vac', says: 'of a window' },
  ],
  options,
  optionsAnywhere: true,
  notes: `Times are ticks, not seconds. Up to ${grouped(EXACT_TICKS)} ticks are told exactly, each
call and return at its tick; of more, call chains are taken at evenly spaced ticks, about
${grouped(SAMPLES)}.`,
  run: runProfile,
}

async function runProfile(given: Given, io: Io): Promise<number> {
  const [path, ...more] = given.rest
  const output = optionValue(given, 'output')
  if (path === undefined || more.length > 0 || output === null) {
    const found = output === null ? 'no file to write' : `${given.rest.length} recordings`
    throw new VacError('USAGE', { found, expected: USAGE })
  }
  const most = Number.MAX_SAFE_INTEGER
  const from = wholeNumber(given, 'from', 0, most)
  const to = wholeNumber(given, 'to', from ?? 0, most)
  const every = wholeNumber(given, 'every', 1, most)
  checkWritable(output)
  return answering(
    given,
    io,
    path,
    ({ timeline, firstTick, lastTick }) => {
      const end = Math.min(to ?? lastTick, lastTick)
      const begin = Math.min(Math.max(from ?? firstTick, firstTick), end)
      const ticks = end - begin
      if (every === null && ticks <= EXACT_TICKS) return exactProfile(timeline, begin, end)
      return sampledProfile(timeline, begin, end, every ?? Math.ceil(ticks / SAMPLES))
    },
    (profile, { vac: { machine } }) => {
      const file = speedscope(machine, path, profile)
      writeOutputFile(output, utf8(JSON.stringify(file)))
      io.print(`${summary(machine, profile)}\n`)
      return 0
    },
  )
}

/** The functions that took the most ticks themselves. */
function summary(m: Machine, { from, to, functions, samples, self }: Profile): string {
  const ticks = to - from
  const [first] = samples ?? []
  const how =
    first === undefined
      ? 'each call at its tick'
      : `${grouped(samples?.length ?? 0)} call chains, one every ${grouped(first.ticks)} ticks`
  const rows = functions
    .map((fn, at) => ({ name: printable(titleOf(m, fn)), ticks: self[at] }))
    .sort((a, b) => b.ticks - a.ticks)
    .slice(0, SHOWN)
    .map(({ name, ticks: own }) => {
      const share = ticks === 0 ? 0 : (100 * own) / ticks
      return `  ${share.toFixed(1).padStart(5)} %  ${grouped(own)}  ${name}`
    })
  return [`${grouped(ticks)} ticks: ${how}; in the functions themselves:`, ...rows].join('\n')
}
