// vac collapse: chooses one branch of a recording. The others stay, as ghosts.
import { VacError } from '../base/errors.ts'
import { OutputQueue } from '../host/output-queue.ts'
import { BeamKind } from '../time/lineage/beam.ts'
import { type Given, type OptionRow, optionValue } from './options.ts'
import type { Io, Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'because', value: 'TEXT', says: 'by what it was chosen; else: chosen by the user' },
]

export const collapseVerb: Verb = {
  name: 'collapse',
  says: 'choose one branch of a recording',
  usage: '[options] RECORDING NAME',
  examples: [
    { line: 'vac collapse --because "fewest ticks" run poked', says: 'vac branches shows it' },
  ],
  options,
  optionsAnywhere: true,
  notes: `Nothing is merged and nothing deleted: the others become ghosts, which replay as before.
What the chosen branch held back (--effects hold) is let out now: its output is printed.`,
  run: runCollapse,
}

async function runCollapse(given: Given, _: Io): Promise<number> {
  const [path, chosen, ...more] = given.rest
  if (path === undefined || chosen === undefined || more.length > 0) {
    throw new VacError('USAGE', {
      found: chosen === undefined ? 'no branch' : `${given.rest.length} words`,
      expected: 'vac collapse RECORDING NAME',
    })
  }
  const { openBranches } = await import('../host/branch-files.ts')
  const { recordingHost } = await import('../host/recording-files.ts')
  const tree = await openBranches(path, recordingHost)
  const line = tree.pathTo(chosen)
  if (tree.collapse !== null) {
    throw new VacError('BRANCH_REFUSED', {
      where: path,
      found: `a recording of which ${tree.collapse.chosen} was chosen`,
      expected: 'one whose branches are open',
      hint: 'what was let out cannot be taken back; record the branch you want as a run of its own',
    })
  }
  const criterion = optionValue(given, 'because') ?? 'chosen by the user'
  tree.choose({ chosen, criterion })
  const output = new OutputQueue(process)
  line.forEach(({ name, effects }, at) => {
    if (effects !== 'hold') return
    const until = line[at + 1]?.tick ?? Number.MAX_SAFE_INTEGER
    for (const { tick, kind, payload } of tree.own(name).beams) {
      if (kind !== BeamKind.output || payload === null || tick > until) continue
      output.push(payload[0] === 1 ? 'stdout' : 'stderr', payload.subarray(1))
    }
  })
  await output.flush()
  return 0
}
