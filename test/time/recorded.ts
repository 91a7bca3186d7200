// A small recording with checkpoints, for tests: its clock is that of the test, so that where the
// checkpoints stand depends on nothing.
import { randomBytes } from 'node:crypto'
import type { Codec } from '../../src/base/codec.ts'
import { RecordingFiles, recordingHost } from '../../src/host/recording-files.ts'
import { parseWat } from '../../src/host/wat.ts'
import { CheckpointKeeper } from '../../src/time/checkpoints/checkpoint-keeper.ts'
import { LineageWriter } from '../../src/time/lineage/lineage.ts'
import { BeamSource } from '../../src/time/lineage/recorder.ts'
import { loadProgram, Vac } from '../../src/vac.ts'

export interface RecordedChoice {
  /** Standard input, each when the program waits for it. */
  readonly lines: readonly string[]
  /** Of the lineage; without it that of recordings. */
  readonly codec?: Codec
}

/** Records a program to a path; one checkpoint every 2^20 ticks. Gives its last tick. */
export async function record(path: string, text: string, choice: RecordedChoice): Promise<number> {
  let lineage: LineageWriter | null = null
  const source = new BeamSource((beam) => lineage?.add(beam))
  const { output, beams, denied } = source.effects
  const vac = new Vac({ output, beams, denied })
  const instance = vac.instantiate(await loadProgram(await parseWat(text, 'recorded')))
  const files = RecordingFiles.create(path)
  const grants = [...vac.world.grants].sort()
  const header = { begin: files.begin(vac.saveParts()), grants, key: randomBytes(32) }
  const host = { ...recordingHost, ...(choice.codec === undefined ? {} : { codec: choice.codec }) }
  lineage = new LineageWriter(host, header, files.append, false)
  source.attach(vac.machine)
  const begin = vac.snapshot()
  let clock = 0
  const keeper = new CheckpointKeeper(vac.machine, begin, files.checkpoints(begin), {
    hasher: recordingHost.hasher,
    now: () => clock,
    clock: () => clock,
    keepBytes: 2 ** 30,
  })
  const go = (): void => {
    while (vac.status === 'running') {
      clock += 10_000
      const due = keeper.next()
      vac.run(Math.min(2 ** 17, due - vac.ticks))
      if (vac.ticks !== due || vac.status !== 'running') continue
      source.takeInputs()
      keeper.take(source.given)
    }
  }
  vac.start(['recorded'])
  instance.begin('_start')
  for (const line of [...choice.lines, null]) {
    go()
    vac.input(line)
    lineage.flush()
  }
  go()
  source.end(Buffer.from(vac.root(), 'hex'))
  lineage.flush()
  keeper.finish()
  await files.close()
  return vac.ticks
}
