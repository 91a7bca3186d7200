// Claims about time: what recording costs, what going to a tick costs, what a question costs.
import type { Bench } from './bench.ts'
import { measureDiff } from './time-diff.ts'
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
    { name: 'diff', says: 'the first tick at which two runs of 10^10 ticks differ' },
  ],
  contests: async () => [],
  figures: () => [],
  own: async (names, { repeats, progress }) => {
    const figures = []
    for (const one of recordingCases) {
      if (names.includes(one.name)) {
        figures.push(...(await measureRecording(one, repeats, progress)))
      }
    }
    if (names.includes('long')) figures.push(...(await measureLong(progress)))
    if (names.includes('forks')) figures.push(...(await measureForks(progress)))
    if (names.includes('diff')) figures.push(...(await measureDiff(progress)))
    return figures
  },
}
