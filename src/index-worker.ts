// A thread that makes parts of the index of writes of a recording: see host/index-threads.ts.
import { workerData } from 'node:worker_threads'
import { hex } from './base/bytes.ts'
import { VacError } from './base/errors.ts'
import { type IndexJob, workOnIndex } from './host/index-threads.ts'
import { zstd } from './host/zstd.ts'
import { RecordedRun } from './recorded-run.ts'
import { writesIn } from './time/questions/index-work.ts'

const job = workerData as IndexJob

await workOnIndex(job, async () => {
  const { timeline } = await RecordedRun.open(job.address, job.engine)
  const { link } = timeline.lineage.marks.at(-1) ?? {}
  if (link === undefined || hex(link) !== job.head) {
    throw new VacError('RECORDING_DAMAGED', {
      where: job.address,
      found: 'another run',
      expected: 'the one that was opened first',
    })
  }
  timeline.isPassing = true
  return (number) => {
    const work = writesIn(timeline, job.intervals[number])
    for (;;) {
      const { done, value } = work.next()
      if (done === true) return zstd.compress(value.encode())
    }
  }
})
