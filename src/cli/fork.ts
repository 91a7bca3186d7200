// vac fork: goes on from a tick of a recorded run with something changed, and records that as a
// branch.

import { bytesOfHex } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { readInputFile } from '../host/input-file.ts'
import { OutputQueue } from '../host/output-queue.ts'
import { type Changes, type Dream, inTurns, RecordedRun } from '../recorded-run.ts'
import { type EffectsPolicy, effectsPolicies } from '../time/branches/branch.ts'
import { interruption } from './interruption.ts'
import {
  type Given,
  has,
  type OptionRow,
  optionValue,
  optionValues,
  wholeNumber,
} from './options.ts'
import { pathOf } from './program-source.ts'
import { Progress } from './progress.ts'
import { engineOf, engineOption } from './run-options.ts'
import { Exit } from './run-report.ts'
import { trapText } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'at', value: 'TICK', says: 'where the run is forked' },
  { name: 'name', value: 'NAME', says: 'of the branch: a-z, 0-9, - and _' },
  { name: 'from', value: 'BRANCH', says: 'fork this branch; the same as RECORDING@BRANCH' },
  { name: 'stdin', value: 'FILE', says: 'other standard input from here on' },
  { name: 'input', value: 'TEXT', says: 'the same, as it stands here' },
  { name: 'poke', value: 'ADDR=HEX', many: true, says: 'other bytes in memory' },
  { name: 'memory', value: 'N', says: 'the number of the memory that is poked (0)' },
  { name: 'seed', value: 'HEX', says: 'other random numbers from here on' },
  { name: 'clock', value: 'NANOS', says: 'move its wall clock, back too' },
  { name: 'sleep', value: 'NANOS', says: 'let so much virtual time pass at once' },
  { name: 'effects', value: 'POLICY', says: 'show, deny, equal or hold: what is let out' },
  { name: 'to', value: 'TICK', says: 'stop exactly at this tick' },
  engineOption,
  jsonOption,
]

export const forkVerb: Verb = {
  name: 'fork',
  says: 'go on from a tick of a recorded run with something changed',
  usage: '--at TICK --name NAME [options] RECORDING[@BRANCH]',
  examples: [
    { line: 'vac fork --at 20 --name other --input "two\\n" run', says: 'with other input' },
    { line: 'vac fork --at 20 --name poked --poke 0x400=ff00 run', says: 'with other memory' },
    { line: 'vac debug run@poked', says: 'look around in it; in its past before the fork too' },
  ],
  options,
  optionsAnywhere: true,
  notes: `The branch costs what its own beams cost. It is kept in the recording where that is a
directory, beside one that is one file (run.vac.branches); vac copy packs both together.
What is not changed stays: without --input it goes on reading what the recorded run was given.
--effects: show prints the output; deny and hold do not, and with hold vac collapse prints it;
equal counts what the recorded run let out too, and denies the rest. The recording itself is
never changed.`,
  run: runFork,
}

async function runFork(given: Given, io: Io): Promise<number> {
  const wish = wishOf(given)
  const run = await RecordedRun.open(wish.address, engineOf(given))
  const json = has(given, 'json')
  const output = new OutputQueue(
    json ? { stdout: process.stderr, stderr: process.stderr } : process,
  )
  const interrupt = interruption()
  let stopped = false
  interrupt.happened.then(() => {
    stopped = true
  })
  const progress = Progress.start(() => dream?.vac ?? run.vac, 'long', process.stderr)
  let dream: Dream | null = null
  try {
    const choice = { ...wish.changes, effects: wish.effects, output: output.push }
    dream = await inTurns(run.forking(wish.at, choice), () => {
      progress?.look()
      if (stopped) throw new Error('stopped')
    })
    await dream.record(wish.name)
    for (const _ of dream.advance(wish.to)) {
      progress?.look()
      await output.flush()
      if (stopped) break
    }
    dream.end()
    await output.flush()
  } catch (error) {
    if (!stopped || dream !== null) throw error
    io.tell(`stopped at tick ${run.vac.ticks}, before the fork`)
    return Exit.interrupted
  } finally {
    progress?.clear()
    interrupt.stopListening()
  }
  return report(given, io, wish, dream, stopped)
}

interface Wish {
  readonly address: string
  readonly at: number
  readonly name: string
  readonly to: number
  readonly effects: EffectsPolicy
  readonly changes: Changes
}

const usage = (found: string, expected: string): never => {
  throw new VacError('USAGE', { found, expected })
}

function wishOf(given: Given): Wish {
  const [path, ...more] = given.rest
  const most = Number.MAX_SAFE_INTEGER
  const at = wholeNumber(given, 'at', 0, most)
  const name = optionValue(given, 'name')
  if (path === undefined || more.length > 0 || at === null || name === null) {
    return usage(
      path === undefined ? 'no recording' : 'something else',
      'vac fork --at TICK --name NAME RECORDING',
    )
  }
  const from = optionValue(given, 'from')
  const policy = optionValue(given, 'effects') ?? 'show'
  const effects = effectsPolicies.find((one) => one === policy)
  if (effects === undefined) return usage(`--effects ${policy}`, effectsPolicies.join(', '))
  return {
    address: from === null ? path : `${path}@${from}`,
    at,
    name,
    to: wholeNumber(given, 'to', at, most) ?? most,
    effects,
    changes: changesOf(given),
  }
}

function changesOf(given: Given): Changes {
  const file = optionValue(given, 'stdin')
  const text = optionValue(given, 'input')
  if (file !== null && text !== null) usage('--stdin beside --input', 'one of them')
  const input = file === null ? text : readInputFile(pathOf(file))
  const seed = optionValue(given, 'seed')
  const clock = nanos(given, 'clock', /^-?\d{1,20}$/)
  const sleep = nanos(given, 'sleep', /^\d{1,20}$/)
  return {
    memory: pokesOf(given),
    ...(input === null ? {} : { input }),
    ...(seed === null ? {} : { seed }),
    ...(clock === null ? {} : { clock }),
    ...(sleep === null ? {} : { sleep }),
  }
}

function pokesOf(given: Given): NonNullable<Changes['memory']> {
  const memory = wholeNumber(given, 'memory', 0, 2 ** 20) ?? 0
  return optionValues(given, 'poke').map((poke) => {
    const match = /^(0x[0-9a-f]+|\d+)=((?:[0-9a-f]{2})+)$/i.exec(poke)
    if (match === null) return usage(`--poke ${poke}`, '--poke ADDRESS=HEX, such as 0x400=ff00')
    return { memory, at: Number(match[1]), bytes: bytesOfHex(match[2]) }
  })
}

function nanos(given: Given, name: string, form: RegExp): bigint | null {
  const text = optionValue(given, name)
  if (text === null) return null
  if (!form.test(text)) return usage(`--${name} ${text}`, 'nanoseconds')
  return BigInt(text)
}

function report(given: Given, io: Io, wish: Wish, dream: Dream, stopped: boolean): number {
  const { vac, outward } = dream
  const { ticks, status } = vac
  const { equal, shown, denied, held } = outward
  const effects = { shown, equal, denied, held }
  const root = vac.root()
  if (has(given, 'json')) {
    io.print(
      jsonLine({ name: wish.name, at: `${wish.at}`, ticks: `${ticks}`, status, root, effects }),
    )
  } else {
    io.tell(`${wish.name}: forked at tick ${wish.at}, ${status} at tick ${ticks}, root ${root}`)
    if (equal + denied + held > 0) {
      io.tell(`effects: ${equal} equal to the recorded ones, ${denied} denied, ${held} held`)
    }
  }
  if (stopped) return Exit.interrupted
  if (vac.trap !== null) {
    io.tell(trapText(vac.machine, vac.trap))
    return Exit.trapped
  }
  return status === 'exited' ? vac.exitCode & 255 : 0
}
