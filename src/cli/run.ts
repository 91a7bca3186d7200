// vac run: runs a program to its end, to a tick, or until it is interrupted.
import { basename } from 'node:path'
import { VacError } from '../base/errors.ts'
import { readInputFile } from '../host/input-file.ts'
import { checkWritable, writeOutputFile } from '../host/output-file.ts'
import { OutputQueue } from '../host/output-queue.ts'
import { StandardInput } from '../host/standard-input.ts'
import { Vac } from '../vac.ts'
import type { OutputStream } from '../wall/devices/console.ts'
import { beginCall, callResults } from './call-text.ts'
import { type DriveEnd, drive } from './drive.ts'
import { interruption } from './interruption.ts'
import { type Given, has, type OptionRow, optionValue, wholeNumber } from './options.ts'
import { inFile, pathOf, readProgram } from './program-source.ts'
import { environmentOf, grantsOf, machineChoice, machineOptions } from './run-options.ts'
import { Exit, exitCodeOf, type Report, reportOf } from './run-report.ts'
import { trapText } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const options: readonly OptionRow[] = [
  { name: 'ticks', value: 'N', says: 'stop exactly after N ticks of the machine' },
  { name: 'invoke', value: 'NAME', says: 'call this export instead of _start' },
  { name: 'save', value: 'FILE', says: 'write the machine to a file when it stops or ends' },
  { name: 'load', value: 'FILE', says: 'continue a saved machine; there is no PROGRAM then' },
  ...machineOptions,
  { ...jsonOption, says: "print the result as JSON; the program's output goes to standard error" },
  { name: 'report', value: 'FILE', says: 'write the same JSON to a file' },
]

export const runVerb: Verb = {
  name: 'run',
  says: 'run a program',
  usage: '[options] PROGRAM [arguments of the program]',
  examples: [
    { line: 'vac run hello.wasm', says: 'run a WebAssembly/WASI program' },
    { line: 'vac run --json sqlite.wasm < script.sql', says: 'ticks and root of a run' },
    {
      line: 'vac run --ticks 1000000 --save half.vst sqlite.wasm < script.sql',
      says: 'stop after a million instructions and keep the machine',
    },
    { line: 'vac run --load half.vst < /dev/null', says: 'go on from there' },
    { line: 'vac run --invoke add sum.wat 40 2', says: 'call one function' },
    { line: 'vac run --deny clock --seed 2a game.wasm', says: 'choose what it gets' },
  ],
  options,
  optionsAnywhere: false,
  notes: `PROGRAM is a .wasm, .wat, .vasm or .atom file; what it is, its bytes tell. What follows it
is the program's own and never read by vac. The program's exit code is ours; a trap gives
134, Ctrl-C 130.
Standard input reaches the program line by line: how a pipe chops it decides nothing.`,
  run: runRun,
}

interface Prepared {
  readonly vac: Vac
  /** null: a command, run by its _start. */
  readonly invoked: string | null
  /** Begins the program; null: it has begun. */
  readonly begin: (() => void) | null
}

async function runRun(given: Given, io: Io): Promise<number> {
  const json = has(given, 'json')
  const lastTick = wholeNumber(given, 'ticks', 0, Number.MAX_SAFE_INTEGER)
  const stderrOnly = { stdout: process.stderr, stderr: process.stderr }
  const output = new OutputQueue(json ? stderrOnly : process)
  for (const name of ['save', 'report']) {
    const path = optionValue(given, name)
    if (path !== null) checkWritable(path)
  }
  const prepared = await prepare(given, output.push)
  const { vac } = prepared
  const interrupt = interruption()
  const end = await drive({
    vac,
    input: new StandardInput(() => process.stdin),
    output,
    begin: prepared.begin,
    lastTick: lastTick ?? Number.MAX_SAFE_INTEGER,
    interrupt: interrupt.happened,
    now: () => performance.now(),
    onFirstWait: () => {
      if (process.stdin.isTTY) io.tell('the program reads standard input; Ctrl-D ends it')
    },
  })
  interrupt.stopListening()
  process.stdin.destroy()
  return finish(given, io, prepared, end)
}

async function prepare(
  given: Given,
  sink: (stream: OutputStream, bytes: Uint8Array) => void,
): Promise<Prepared> {
  const invoked = optionValue(given, 'invoke')
  const load = optionValue(given, 'load')
  if (load !== null) return restore(given, load, sink)
  const [file, ...args] = given.rest
  if (file === undefined) {
    throw new VacError('USAGE', { found: 'no program', expected: 'vac run PROGRAM' })
  }
  const env = environmentOf(given)
  const choice = await machineChoice(given)
  const loaded = await readProgram(file)
  const vac = new Vac({ ...choice, output: sink, terminal: has(given, 'tty') })
  const inThisFile = <T>(work: () => T): T => named(file, work)
  return inThisFile(() => {
    vac.start([programName(file), ...(invoked === null ? args : [])], env)
    const instance = vac.instantiate(loaded, {}, 0)
    const name = invoked ?? '_start'
    const begin = () => inThisFile(() => beginCall(instance, name, invoked === null ? [] : args))
    return { vac, invoked, begin }
  })
}

/** What a program is told as its name: where it lies on this host is not its business. */
const programName = (file: string): string => (file === '-' ? 'program' : basename(file))

/** Does something about a file: errors name it. */
function named<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof VacError ? inFile(error, file) : error
  }
}

function restore(
  given: Given,
  path: string,
  sink: (stream: OutputStream, bytes: Uint8Array) => void,
): Prepared {
  const invoked = optionValue(given, 'invoke')
  const fixed = machineOptions.filter(({ name }) => name !== 'grant' && name !== 'deny')
  const wrong = fixed.find(({ name }) => has(given, name))
  const word = wrong === undefined ? given.rest[0] : `--${wrong.name}`
  if (wrong !== undefined || (given.rest.length > 0 && invoked === null)) {
    throw new VacError('USAGE', {
      found: `${word} beside --load`,
      expected: 'none: a saved machine has its program, arguments and manifest',
    })
  }
  const bytes = readInputFile(pathOf(path))
  return named(path, () => {
    const vac = Vac.restore(bytes, { grants: grantsOf(given), output: sink })
    if (invoked === null) return { vac, invoked, begin: null }
    if (vac.status !== 'idle') {
      const found = `a machine that is ${vac.status}`
      throw new VacError('CALL_UNKNOWN', { found, expected: 'an idle one for --invoke' })
    }
    const instance = vac.instance(vac.machine.store.instances.length - 1)
    return {
      vac,
      invoked,
      begin: () => named(path, () => beginCall(instance, invoked, given.rest)),
    }
  })
}

async function finish(
  given: Given,
  io: Io,
  { vac, invoked }: Prepared,
  end: DriveEnd,
): Promise<number> {
  const results = callResults(vac, invoked, end)
  const report = reportOf(vac, end, results)
  const save = optionValue(given, 'save')
  if (save !== null) writeOutputFile(save, vac.save())
  if (end !== 'closed') tellEnd(io, vac, report, save)
  const file = optionValue(given, 'report')
  if (file !== null) writeOutputFile(file, Buffer.from(jsonLine(report)))
  if (has(given, 'json')) io.print(jsonLine(report))
  else for (const value of results ?? []) io.print(`${value}\n`)
  return end === 'closed' ? Exit.closed : exitCodeOf(report)
}

function tellEnd(io: Io, vac: Vac, report: Report, save: string | null): void {
  if (vac.trap !== null) io.tell(trapText(vac.machine, vac.trap))
  if (report.status !== 'stopped' && report.status !== 'interrupted') return
  io.tell(`${report.status} at tick ${report.ticks}, root ${report.root}`)
  if (save === null) io.tell('add --save FILE to keep the machine and go on later')
  else if (report.input === '0') io.tell(`go on with: vac run --load ${save}`)
  else {
    io.tell(
      `go on with: vac run --load ${save}, and the input after its first ${report.input} bytes`,
    )
  }
}
