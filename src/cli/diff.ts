// vac diff: the first tick at which two recorded runs differ, and what differs there.
import { VacError } from '../base/errors.ts'
import type { Machine } from '../machine/machine.ts'
import { differenceOf, inTurns, RecordedRun, type RunDifference } from '../recorded-run.ts'
import type { ValueDifference } from '../time/diff/differing-values.ts'
import { untilInterrupted } from './answer.ts'
import { bytesText } from './debug/machine-text.ts'
import { type Given, has } from './options.ts'
import { engineOf, engineOption } from './run-options.ts'
import { chainFacts, chainLines } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

export const diffVerb: Verb = {
  name: 'diff',
  says: 'tell the first tick at which two recorded runs differ, and how',
  usage: '[options] RECORDING RECORDING',
  examples: [
    { line: 'vac diff run.vac other.vac', says: 'with other input, or of another version' },
    { line: 'vac diff run run@poked', says: 'a run and a branch of it' },
  ],
  options: [
    { name: 'exact', value: null, says: 'look also for what came and went: up to one run' },
    engineOption,
    jsonOption,
  ],
  optionsAnywhere: true,
  notes: `What is compared is the whole state. The program, the manifest (limits, seed, clock) and
the arguments are left out where they differ from the beginning: the runs are compared for what
these do to the rest. Exit code 0: the runs are equal as far as both go; 1: they differ.`,
  run: runDiff,
}

async function runDiff(given: Given, io: Io): Promise<number> {
  const [first, second, ...more] = given.rest
  if (second === undefined || more.length > 0) {
    throw new VacError('USAGE', {
      found: `${given.rest.length} recordings`,
      expected: 'vac diff RECORDING RECORDING',
    })
  }
  const engine = engineOf(given)
  const a = await RecordedRun.open(first, engine)
  const b = await RecordedRun.open(second, engine)
  return untilInterrupted(io, a, async ({ look, clear }) => {
    const found = await inTurns(differenceOf(a, b, { exact: has(given, 'exact') }), look)
    clear()
    const end = Math.min(a.lastTick, b.lastTick)
    if (has(given, 'json')) io.print(jsonLine(found === null ? null : factsOf(a, b, found)))
    else if (found === null) io.print(`equal up to tick ${end}, as far as both go\n`)
    else io.print(`${linesOf(a, b, found).join('\n')}\n`)
    return found === null ? 0 : 1
  })
}

function factsOf(a: RecordedRun, b: RecordedRun, found: RunDifference) {
  const { tick, parts, leftOut, exact, chains, values, memory, beam } = found
  const [left, right] = [a, b].map((run, at) => chainFacts(run.vac.machine, chains[at]))
  const runs = memory.runs.map((run) => ({
    memory: run.memory,
    address: `${run.address}`,
    a: Buffer.from(run.a).toString('hex'),
    b: Buffer.from(run.b).toString('hex'),
  }))
  const chain = { a: left, b: right }
  return {
    tick: `${tick}`,
    parts,
    leftOut,
    exact,
    chain,
    values,
    memory: { pages: memory.pages, runs },
    beam,
  }
}

function linesOf(a: RecordedRun, b: RecordedRun, found: RunDifference): string[] {
  const { tick, parts, leftOut, exact, chains, values, memory, beam } = found
  const lines = [`tick ${tick} is the first at which they differ: ${parts.join(', ')}`]
  if (leftOut.length > 0)
    lines.push(`left out, as they differ from the beginning: ${leftOut.join(', ')}`)
  if (!exact)
    lines.push('differences that came and went before were not looked for everywhere; see --exact')
  const [left, right] = [a, b].map((run, at) => chainLines(run.vac.machine, chains[at]))
  if (left.join() === right.join()) lines.push(...left)
  else lines.push('first:', ...left, 'second:', ...right)
  for (const value of values) lines.push(`  ${valueText(a.vac.machine, value)}`)
  for (const run of memory.runs) {
    const where = run.memory === 0 ? '' : `memory ${run.memory} `
    lines.push(`  ${where}0x${run.address.toString(16)}: ${bytesText(run.a)} | ${bytesText(run.b)}`)
  }
  if (memory.pages > 0) lines.push(`  pages of memory that differ: ${memory.pages}`)
  if (beam !== null) lines.push(`beam ${beam.number} is the first: ${beam.a} | ${beam.b}`)
  return lines
}

function valueText(m: Machine, { what, number, place, a, b }: ValueDifference): string {
  const where = place === null ? '' : ` of ${chainLines(m, [place])[0].trim().slice('in '.length)}`
  return `${what} ${number}${where}: ${a} | ${b}`
}
