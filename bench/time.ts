// Claims about time: what recording costs, what going to a tick costs, what a question costs.
import type { Bench } from './bench.ts'
import { measureRecording, recordingCases } from './time-recording.ts'

export const timeBench: Bench = {
  name: 'time',
  says: 'recording, seeking, asking and forking, against the run itself',
  peer: 'the same run, not recorded, in one go',
  cases: recordingCases,
  contests: async () => [],
  figures: () => [],
  own: async (names, { repeats, progress }) => {
    const figures = []
    for (const one of recordingCases) {
      if (names.includes(one.name)) {
        figures.push(...(await measureRecording(one, repeats, progress)))
      }
    }
    return figures
  },
}
