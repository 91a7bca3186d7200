// vac bisect: the first tick of a recorded run at which something is true.
import { VacError } from '../base/errors.ts'
import { commandHolds } from '../host/predicate-command.ts'
import type { Place } from '../machine/machine.ts'
import { inTurns, RecordedRun } from '../recorded-run.ts'
import { Bisection } from '../time/questions/bisect.ts'
import type { Vac } from '../vac.ts'
import { untilInterrupted } from './answer.ts'
import { type Given, has, type OptionRow, optionValue, wholeNumber } from './options.ts'
import { engineOf, engineOption } from './run-options.ts'
import { chainFacts, chainLines } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'expr', value: 'EXPR', says: 'an expression over the machine, as u8[0x400] == 7' },
  {
    name: 'command',
    value: 'CMD',
    says: 'a command of the shell: exit code 0 says that it is true',
  },
  { name: 'from', value: 'TICK', says: 'from this tick on; else from the first' },
  { name: 'to', value: 'TICK', says: 'to this tick; else to the last' },
  engineOption,
  jsonOption,
]

export const bisectVerb: Verb = {
  name: 'bisect',
  says: 'tell the first tick of a recorded run at which something is true',
  usage: '--expr EXPR | --command CMD [options] RECORDING',
  examples: [
    {
      line: `vac bisect --expr 'i32[0x400] > 100 && depth < 3' run.vac`,
      says: 'when did the number grow over 100?',
    },
    {
      line: `vac bisect --command 'grep -q broken "$VAC_MEMORY"' run.vac`,
      says: 'when did the word come into memory?',
    },
  ],
  options,
  optionsAnywhere: true,
  notes: `Ticks are halved, so it is taken for granted that what is true once stays true.
Expressions are described in docs/guide.md. The command finds in its environment VAC_TICK,
VAC_MEMORY (a file with the bytes of memory 0) and VAC_STATE (a file for vac run --load-state).
Exit code 0 says true, 1 to 124 false, others end the search. Exit code of vac: 0 where there is
such a tick, 1 where it is not true at the last one.`,
  run: runBisect,
}

async function runBisect(given: Given, io: Io): Promise<number> {
  const [path, ...more] = given.rest
  const command = optionValue(given, 'command')
  const text = optionValue(given, 'expr')
  if (path === undefined || more.length > 0 || (command === null) === (text === null)) {
    const asked = command === null && text === null ? 'no question' : 'two questions'
    throw new VacError('USAGE', {
      found: (command === null) === (text === null) ? asked : `${given.rest.length} recordings`,
      expected: 'vac bisect --expr EXPR RECORDING, or --command CMD',
    })
  }
  const run = await RecordedRun.open(path, engineOf(given))
  const { firstTick, lastTick } = run
  const from = wholeNumber(given, 'from', firstTick, lastTick) ?? firstTick
  const to = wholeNumber(given, 'to', from, lastTick) ?? lastTick
  const holds = text !== null ? run.predicate(text) : (vac: Vac) => commandHolds(`${command}`, vac)
  const search = new Bisection(from, to, run.timeline.checkpoints)
  return untilInterrupted(io, run, async ({ look, clear }) => {
    for (let tick = search.next; tick !== null; tick = search.next) {
      await inTurns(run.timeline.seek(tick), look)
      clear()
      search.tell(await holds(run.vac))
      look()
    }
    const { found } = search
    const chain = found === null ? [] : await inTurns(run.chainBefore(found), look)
    clear()
    report(given, io, { run, from, to, search, chain })
    return found === null ? 1 : 0
  })
}

interface Answer {
  readonly run: RecordedRun
  readonly from: number
  readonly to: number
  readonly search: Bisection
  readonly chain: readonly Place[]
}

function report(given: Given, io: Io, { run, from, to, search, chain }: Answer): void {
  const { found, asked } = search
  const { machine } = run.vac
  if (has(given, 'json')) {
    const tick = found === null ? null : `${found}`
    io.print(jsonLine({ tick, asked, chain: chainFacts(machine, chain) }))
  } else if (found === null) io.print(`it is not true at tick ${to}\n`)
  else if (found === from) io.print(`it is true at tick ${from} already, the first\n`)
  else {
    const lines = [`tick ${found} is the first at which it is true`, ...chainLines(machine, chain)]
    io.print(`${lines.join('\n')}\n`)
    io.tell(`asked at ${asked} ticks, and taken for granted that what is true stays true`)
  }
}
