// Claims about time: what recording costs, what going to a tick costs, what a question costs.
import type { Bench } from './bench.ts'
import { diffCases, measureDiff } from './time-diff.ts'
import { measureForks } from './time-forks.ts'
import { measureLong } from './time-long.ts'
import { measureRecording, recordingCases } from './time-recording.ts'

export const timeBench: Bench = {
  name: 'time',
  says: 'recording, seeking, asking and forking, against the run itself',
  peer: 'the same run, not recorded, in one go',
  cases: [
    ...recordingCases,
    { name: 'long', says: 'seeks and questions about a run of 2 x 10^11 ticks with 128 MiB' },
    { name: 'forks', says: 'forks of a machine of 100 MiB, one, a thousand, and in a row' },
    ...diffCases,
  ],
  contests: async () => [],
  figures: () => [],
  own: async (names, { repeats, seed, progress }) => {
    const figures = []
    for (const one of recordingCases) {
      if (names.includes(one.name)) {
        figures.push(...(await measureRecording(one, repeats, progress)))
      }
    }
    if (names.includes('long')) figures.push(...(await measureLong(progress)))
    if (names.includes('forks')) figures.push(...(await measureForks(progress)))
    for (const { name } of diffCases) {
      if (names.includes(name)) figures.push(...(await measureDiff(name, seed, progress)))
    }
    return figures
  },
}
