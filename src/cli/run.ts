// vac run: runs a program to its end, to a tick, for a time, or until it is interrupted.
import { openInput } from '../host/input-file.ts'
import { checkWritable, writeOutputFile } from '../host/output-file.ts'
import { OutputQueue } from '../host/output-queue.ts'
import { leastPatience } from '../host/patience.ts'
import { StandardInput } from '../host/standard-input.ts'
import { Recording, type RecordingFacts, type RecordingOptions } from '../recording.ts'
import type { Vac } from '../vac.ts'
import { BeamLog } from './beam-log.ts'
import { callResults } from './call-text.ts'
import { Denials } from './denials.ts'
import { type DriveEnd, drive } from './drive.ts'
import { interruption } from './interruption.ts'
import {
  type Given,
  has,
  type OptionRow,
  optionValue,
  seconds,
  sizeBytes,
  wholeNumber,
} from './options.ts'
import { Progress } from './progress.ts'
import { type Save, saveFiles, savesOf } from './run-files.ts'
import { engineOption, machineOptions } from './run-options.ts'
import { Exit, exitCodeOf, type Report, reportOf } from './run-report.ts'
import { type Prepared, prepare } from './run-start.ts'
import { trapText } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'ticks', value: 'N', says: 'stop exactly after N ticks of the machine' },
  { name: 'timeout', value: 'SECONDS', says: 'stop after a time of the host, at a tick told' },
  { name: 'invoke', value: 'NAME', says: 'call this export instead of _start' },
  ...machineOptions,
  engineOption,
  {
    name: 'save',
    value: 'GUEST:HOST',
    many: true,
    says: 'copy a file or directory of the machine to the host, afterwards',
  },
  { name: 'stdin', value: 'FILE', says: 'standard input from a file' },
  { name: 'save-state', value: 'FILE', says: 'write the machine to a file when it stops or ends' },
  { name: 'load-state', value: 'FILE', says: 'continue a saved machine; there is no PROGRAM then' },
  {
    name: 'record',
    value: 'PATH',
    says: 'record the run: a directory, or one file where it ends in .vac; see vac replay',
  },
  {
    name: 'keep',
    value: 'BYTES',
    says: 'of a recording: most bytes for checkpoints (1G); fewer make seeks longer',
  },
  {
    name: 'payloads',
    value: null,
    says: 'of a recording: keep what the program did in full, not only by hash',
  },
  { name: 'beams', value: 'FILE', says: 'write the events that it emits, a line of JSON each' },
  { name: 'progress', value: null, says: 'show ticks and speed on a terminal from the start' },
  { ...jsonOption, says: "print the result as JSON; the program's output goes to standard error" },
  { name: 'report', value: 'FILE', says: 'write the same JSON to a file' },
]

export const runVerb: Verb = {
  name: 'run',
  says: 'run a program or a script',
  usage: '[options] PROGRAM [arguments of the program]',
  examples: [
    { line: 'vac run hello.wasm', says: 'run a WebAssembly/WASI program' },
    { line: 'vac run script.py', says: 'run a script; also .js, .sql, .rb and .php' },
    {
      line: 'vac run --dir data:/data --save /out:out tool.wasm /data /out',
      says: 'copy a folder in, and the results out afterwards',
    },
    { line: 'vac run --json sqlite.wasm < script.sql', says: 'ticks and root of a run' },
    {
      line: 'vac run --ticks 1000000 --save-state half.vst sqlite.wasm < script.sql',
      says: 'stop after a million instructions and keep the machine',
    },
    { line: 'vac run --load-state half.vst < /dev/null', says: 'go on from there' },
    {
      line: 'vac run --record run.vac script.py',
      says: 'record it: vac replay run.vac makes the run again, anywhere',
    },
    { line: 'vac run --invoke add sum.wat 40 2', says: 'call one function' },
    { line: 'vac run --deny clock --seed 2a game.wasm', says: 'choose what it gets' },
  ],
  options,
  optionsAnywhere: false,
  notes: `PROGRAM is a .wasm, .wat, .vasm or .atom file; what it is, its bytes tell. A script is
run by an interpreter that its extension names. What follows PROGRAM is the program's own and
never read by vac. The program's exit code is ours; a trap gives 134, Ctrl-C 130, --timeout 124.
Standard input reaches the program line by line: how a pipe chops it decides nothing.`,
  run: runRun,
}

async function runRun(given: Given, io: Io): Promise<number> {
  const json = has(given, 'json')
  const lastTick = wholeNumber(given, 'ticks', 0, Number.MAX_SAFE_INTEGER)
  const timeout = seconds(given, 'timeout')
  const saves = savesOf(given)
  const input = optionValue(given, 'stdin')
  const stdin = input === null ? process.stdin : openInput(input)
  const stderrOnly = { stdout: process.stderr, stderr: process.stderr }
  const output = new OutputQueue(json ? stderrOnly : process)
  for (const name of ['save-state', 'report', 'beams']) {
    const path = optionValue(given, name)
    if (path !== null) checkWritable(path)
  }
  const beams = new BeamLog(optionValue(given, 'beams'))
  const denials = new Denials()
  const recorded = optionValue(given, 'record')
  const recording = recorded === null ? null : new Recording(recorded, recordingOptions(given))
  let progress: Progress | null = null
  const prepared = await prepare(given, io, {
    output: (stream, bytes) => {
      recording?.effects.output(stream, bytes)
      progress?.wrote(bytes)
      output.push(stream, bytes)
    },
    beams: (beam) => {
      recording?.effects.beams(beam)
      beams.push(beam)
    },
    denied: (capability, call) => {
      recording?.effects.denied(capability, call)
      denials.push(capability)
    },
  })
  const { vac } = prepared
  recording?.begin(vac)
  progress = Progress.start(() => vac, has(given, 'progress') ? 'always' : 'long', process.stderr)
  const interrupt = interruption()
  const now = (): number => performance.now()
  const worked = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  const end = await drive({
    vac,
    ...(recording === null ? {} : { run: (budget, look) => recording.run(budget, look) }),
    input: new StandardInput(() => stdin),
    output,
    leastPatience: input === null ? leastPatience(process.stdin.isTTY) : Number.POSITIVE_INFINITY,
    begin: prepared.begin,
    lastTick: lastTick ?? Number.MAX_SAFE_INTEGER,
    interrupt: interrupt.happened,
    now,
    worked,
    deadline: timeout === null ? Number.POSITIVE_INFINITY : now() + timeout * 1000,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
    onFirstWait: () => {
      if (input === null && process.stdin.isTTY) {
        io.tell('the program reads standard input; Ctrl-D ends it')
      }
    },
    compiled: () => vac.engine.compiles,
    onLook: () => {
      progress?.look()
      vac.engine.improve()
      recording?.flush()
      beams.flush()
    },
  })
  progress?.clear()
  interrupt.stopListening()
  stdin.destroy()
  beams.close()
  const kept = await recording?.end()
  if (kept?.coarsened === true) tellCoarsened(io, vac, kept)
  const exit = finish(given, io, prepared, { end, denials, saves })
  // Last, when Ctrl-C ends the process: whoever does not wait loses nothing.
  vac.engine.keep()
  return exit
}

function recordingOptions(given: Given): RecordingOptions {
  const keepBytes = sizeBytes(given, 'keep', Number.MAX_SAFE_INTEGER)
  return { full: has(given, 'payloads'), ...(keepBytes === null ? {} : { keepBytes }) }
}

/** What the limit of bytes costs. */
function tellCoarsened(io: Io, { ticks }: Vac, { checkpoints, spacing }: RecordingFacts): void {
  const most = Math.min(100, Math.ceil((100 * spacing) / Math.max(1, ticks)))
  io.tell(`${checkpoints} checkpoints fit --keep: going to a tick takes up to ${most} % of the run`)
}

interface Ending {
  readonly end: DriveEnd
  readonly denials: Denials
  readonly saves: readonly Save[]
}

function finish(
  given: Given,
  io: Io,
  { vac, invoked }: Prepared,
  { end, denials, saves }: Ending,
): number {
  const results = callResults(vac, invoked, end)
  const report = reportOf(vac, end, results, denials.facts())
  const save = optionValue(given, 'save-state')
  if (save !== null) writeOutputFile(save, vac.save())
  if (end !== 'closed') tellEnd(io, vac, report, save)
  denials.tell(io)
  saveFiles(vac, saves)
  const file = optionValue(given, 'report')
  if (file !== null) writeOutputFile(file, Buffer.from(jsonLine(report)))
  if (has(given, 'json')) io.print(jsonLine(report))
  else for (const value of results ?? []) io.print(`${value}\n`)
  return end === 'closed' ? Exit.closed : exitCodeOf(report)
}

const ends: readonly Report['status'][] = ['stopped', 'interrupted', 'timeout']

function tellEnd(io: Io, vac: Vac, report: Report, save: string | null): void {
  if (vac.trap !== null) io.tell(trapText(vac.machine, vac.trap))
  if (!ends.includes(report.status)) return
  io.tell(`${report.status} at tick ${report.ticks}, root ${report.root}`)
  if (save === null) io.tell('add --save-state FILE to keep the machine and go on later')
  else if (report.input === '0') io.tell(`go on with: vac run --load-state ${save}`)
  else {
    const rest = `and the input after its first ${report.input} bytes`
    io.tell(`go on with: vac run --load-state ${save}, ${rest}`)
  }
}
