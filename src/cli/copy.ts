// vac copy: a recording with all its branches, packed in one file or as a directory.
import { VacError } from '../base/errors.ts'
import type { Given } from './options.ts'
import type { Io, Verb } from './verb.ts'

export const copyVerb: Verb = {
  name: 'copy',
  says: 'copy a recording with its branches, to one file or to a directory',
  usage: 'RECORDING NEW',
  examples: [
    { line: 'vac copy run run.vac', says: 'one file, to be sent or kept' },
    { line: 'vac copy run.vac run', says: 'a directory again' },
  ],
  options: [],
  optionsAnywhere: true,
  notes: `NEW is one file where its name ends in .vac. What the index of writes has is left behind:
it is made again when who is asked.`,
  run: runCopy,
}

async function runCopy(given: Given, io: Io): Promise<number> {
  const [from, to, ...more] = given.rest
  if (from === undefined || to === undefined || more.length > 0) {
    throw new VacError('USAGE', {
      found: `${given.rest.length} names`,
      expected: 'vac copy RECORDING NEW',
    })
  }
  const { copyRecording } = await import('../host/recording-copy.ts')
  const branches = await copyRecording(from, to)
  io.tell(`${to}: ${from} with ${branches === 1 ? '1 branch' : `${branches} branches`}`)
  return 0
}
