// Real programs: the same output, exit codes and files as on the host's WASI; the same ticks and
// roots in every process and on another Node; and at random ticks saved and loaded to the same end.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { node24 } from '../sqlite/node-24.ts'
import { cases, filesOf, type ProgramCase } from './cases.ts'
import { treeOf } from './files.ts'
import { inProcess } from './process.ts'
import { type HostResult, type MachineResult, type StepResult, sha256 } from './result.ts'

const seed = Number(process.env.VAC_SEED ?? 20_260_601)
/** Share of a case's stops, in percent: all of them take an hour. */
const share = Number(process.env.VAC_STOPS_PERCENT ?? 5)

async function onHost(entry: ProgramCase): Promise<HostResult> {
  const folder = mkdtempSync(join(tmpdir(), 'vac-programs-'))
  const top = join(folder, 'top')
  cpSync(filesOf(entry), top, { recursive: true })
  mkdirSync(`${top}.io`)
  const steps: StepResult[] = []
  for (const number of entry.steps.keys()) {
    steps.push(await inProcess('run-host-step.ts', [entry.name, `${number}`, top]))
  }
  const files = Object.fromEntries(
    treeOf(top).flatMap(({ path, kind }) =>
      kind === 'file' && path.startsWith('job/')
        ? [[path, sha256(readFileSync(join(top, path)))]]
        : [],
    ),
  )
  rmSync(folder, { recursive: true })
  return { steps, files }
}

const text = ({ exitCode, stdout, stderr }: StepResult): object => ({
  exitCode,
  stdout: Buffer.from(stdout, 'hex').toString(),
  stderr: Buffer.from(stderr, 'hex').toString(),
})

for (const entry of cases) {
  suite(entry.name, () => {
    let first: Promise<MachineResult> | null = null
    const firstRun = (): Promise<MachineResult> =>
      (first ??= inProcess<MachineResult>('run-machine.ts', [entry.name]))

    test('writes and leaves byte for byte what it does on the host', async (t) => {
      const host = await onHost(entry)
      const machine = await firstRun()
      assert.deepEqual(machine.steps.map(text), host.steps.map(text))
      assert.deepEqual(machine.steps, host.steps)
      assert.deepEqual(machine.files, host.files)
      assert.ok(Object.keys(machine.files).length > 0, 'it has files')
      t.diagnostic(`ticks ${machine.ticks.join(', ')}`)
    })

    test('has the same ticks and roots in another process, on Node 24', async (t) => {
      const other = node24()
      if (other === null) {
        t.skip('GAP: npm cannot install node@24 here; the program was not run on Node 24')
        return
      }
      const { node, ...rest } = await inProcess<MachineResult>(
        'run-machine.ts',
        [entry.name],
        other,
      )
      const { node: ours, ...expected } = await firstRun()
      assert.match(node, /^v24\./)
      assert.notEqual(node, ours)
      assert.deepEqual(rest, expected)
    })

    const stops = Math.max(1, Math.round((entry.stops * share) / 100))
    test(`ends alike, saved and loaded at ${stops} random ticks a step`, async (t) => {
      t.diagnostic(`to repeat: VAC_SEED=${seed} VAC_STOPS_PERCENT=${share} npm run test:programs`)
      const pieces = await inProcess<MachineResult>('run-machine.ts', [
        entry.name,
        `${stops}`,
        `${seed}`,
      ])
      const { stops: _, ...expected } = await firstRun()
      const { stops: count, ...rest } = pieces
      assert.equal(count, stops * entry.steps.length)
      assert.deepEqual(rest, expected)
    })
  })
}
