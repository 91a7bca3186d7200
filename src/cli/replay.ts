// vac replay: makes a recorded run again, to its end or to a tick, and compares it with the
// recording.
import { setImmediate } from 'node:timers/promises'
import { bytesOfHex } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { writeOutputFile } from '../host/output-file.ts'
import { OutputQueue } from '../host/output-queue.ts'
import { type OpenedRecording, openRecording } from '../host/recording-files.ts'
import type { Descriptor } from '../time/checkpoints/checkpoint-files.ts'
import type { StoredCheckpoints } from '../time/checkpoints/stored-checkpoints.ts'
import { BeamSource } from '../time/lineage/recorder.ts'
import { Comparison, Replay } from '../time/lineage/replay.ts'
import { Vac } from '../vac.ts'
import { type Capability, isCapability } from '../wall/capabilities.ts'
import { interruption } from './interruption.ts'
import { type Given, has, type OptionRow, optionValue, wholeNumber } from './options.ts'
import { Progress } from './progress.ts'
import { engineOf, engineOption } from './run-options.ts'
import { Exit } from './run-report.ts'
import { trapText } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'to', value: 'TICK', says: 'stop exactly at this tick' },
  { name: 'verify', value: null, says: 'print no output of the program, only what was found' },
  { name: 'save-state', value: 'FILE', says: 'write the machine as it stands there to a file' },
  engineOption,
  jsonOption,
]

export const replayVerb: Verb = {
  name: 'replay',
  says: 'make a recorded run again, and compare it with the recording',
  usage: '[options] RECORDING',
  examples: [
    { line: 'vac replay run.vac', says: 'the same run, with its output' },
    { line: 'vac replay --verify run.vac', says: 'compare all beams and the last root' },
    {
      line: 'vac replay --to 1000000 --save-state there.vst run.vac',
      says: 'the machine as it was at a tick',
    },
  ],
  options,
  optionsAnywhere: true,
  notes: `RECORDING is what vac run --record wrote. Neither the program's file nor its inputs are
needed, nor the network or a clock. A run that differs is an error with the first tick at which
it does. A run that was killed is replayed as far as it was recorded.`,
  run: runReplay,
}

/** Between looks at the terminal and at Ctrl-C. */
const CHUNK_TICKS = 2 ** 27

async function runReplay(given: Given, io: Io): Promise<number> {
  const [path, ...more] = given.rest
  if (path === undefined || more.length > 0) {
    throw new VacError('USAGE', {
      found: more.length === 0 ? 'no recording' : `${given.rest.length} files`,
      expected: 'vac replay RECORDING',
    })
  }
  const to = wholeNumber(given, 'to', 0, Number.MAX_SAFE_INTEGER)
  const recording = await openRecording(path)
  const silent = has(given, 'verify') || has(given, 'json')
  const output = new OutputQueue(process)
  const replayed = new Replayed(given, recording, (stream, bytes) => {
    if (!silent) output.push(stream, bytes)
  })
  const interrupt = interruption()
  let stopped = false
  interrupt.happened.then(() => {
    stopped = true
  })
  const progress = Progress.start(() => replayed.vac, 'long', process.stderr)
  const tick = to ?? replayed.replay.lastTick
  const look = async (): Promise<boolean> => {
    progress?.look()
    await output.flush()
    await setImmediate()
    return !stopped
  }
  for (const checkpoint of replayed.checkpointsTo(tick)) {
    while (!replayed.advance(checkpoint.tick)) if (!(await look())) break
    if (stopped) break
    replayed.compare(checkpoint)
  }
  while (!stopped && !replayed.advance(tick)) await look()
  if (has(given, 'verify') && to === null) {
    for (const _ of replayed.checkFiles()) if (!(await look())) break
  }
  await output.flush()
  progress?.clear()
  interrupt.stopListening()
  if (to === null && !stopped) replayed.finish()
  const save = optionValue(given, 'save-state')
  if (save !== null) writeOutputFile(save, replayed.vac.save())
  const cut = recording.lineage.cutAt
  if (cut !== null) io.tell(`the recording was cut short at byte ${cut}`)
  return report(given, io, replayed, stopped)
}

/** The machine of a recording, and what it is compared with. */
class Replayed {
  readonly vac: Vac
  readonly replay: Replay
  readonly comparison: Comparison
  /** Whose roots were compared. */
  checkpoints = 0
  private readonly source: BeamSource
  private readonly stored: StoredCheckpoints
  private readonly sharedUntil: number

  constructor(
    given: Given,
    { begin, lineage, checkpoints, sharedUntil }: OpenedRecording,
    output: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void,
  ) {
    this.comparison = new Comparison(lineage)
    this.source = new BeamSource(this.comparison.take)
    const { effects } = this.source
    this.vac = Vac.restore(begin, {
      engine: engineOf(given),
      grants: new Set(lineage.header.grants.filter(isCapability)) as Set<Capability>,
      output: (stream, bytes) => {
        effects.output(stream, bytes)
        output(stream, bytes)
      },
      beams: effects.beams,
      denied: effects.denied,
    })
    this.stored = checkpoints(this.vac.snapshot())
    this.sharedUntil = sharedUntil
    const { machine, world } = this.vac
    this.source.attach(machine)
    this.replay = new Replay({ machine, world }, lineage, (_, budget) => {
      this.vac.run(budget)
      this.vac.engine.improve()
    })
  }

  /** Checkpoints of the recording, ascending. */
  checkpointsTo(tick: number): readonly Descriptor[] {
    return this.stored.descriptors.filter((one) => one.tick <= tick && one.tick < this.sharedUntil)
  }

  /** Behind `advance` to its tick. */
  compare({ tick, root }: Descriptor): void {
    this.checkpoints++
    const found = this.vac.ticks === tick ? this.vac.root() : `the end at tick ${this.vac.ticks}`
    if (found === root) return
    throw new VacError('REPLAY_DIVERGED', {
      where: `the checkpoint of tick ${tick}`,
      found: `root ${found}`,
      expected: `root ${root}`,
    })
  }

  /** Are the stored bytes of all checkpoints those of their roots? Errors: RECORDING_DAMAGED. */
  *checkFiles(): Generator<void> {
    yield* this.stored.verify()
  }

  advance(tick: number): boolean {
    const there = this.replay.advance(tick, CHUNK_TICKS)
    this.source.takeInputs()
    const { divergence } = this.comparison
    if (divergence !== null) {
      const { tick: where, found, expected } = divergence
      throw new VacError('REPLAY_DIVERGED', { where: `tick ${where}`, found, expected })
    }
    return there
  }

  /** At the last tick. */
  finish(): void {
    if (this.replay.lastStatus !== null) this.source.end(bytesOfHex(this.vac.root()))
    this.comparison.finish()
    this.advance(this.replay.lastTick)
  }
}

function report(given: Given, io: Io, replayed: Replayed, stopped: boolean): number {
  const { vac, comparison, checkpoints } = replayed
  const { ticks, status } = vac
  const root = vac.root()
  const facts = { ticks: `${ticks}`, status, root, beams: comparison.equal, checkpoints }
  if (has(given, 'json')) io.print(jsonLine(facts))
  else if (has(given, 'verify') || has(given, 'to') || stopped) {
    const roots = checkpoints === 0 ? '' : `${checkpoints} checkpoints and `
    io.tell(`tick ${ticks}, ${status}; ${roots}${facts.beams} beams are equal; root ${root}`)
  }
  if (stopped) return Exit.interrupted
  if (vac.trap !== null && !has(given, 'verify')) io.tell(trapText(vac.machine, vac.trap))
  if (has(given, 'verify') || has(given, 'to')) return 0
  if (vac.trap !== null) return Exit.trapped
  return status === 'exited' ? vac.exitCode & 255 : 0
}
