// Ticks of a real program by two ways that share no code: the SQLite shell over WASI, on the
// machine and on the host. test/sqlite compares a longer script.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { type HostRun, inProcess, type MachineRun } from '../sqlite/shell.ts'

test('the SQLite shell takes the ticks that it counts itself', async (t) => {
  const script = join(import.meta.dirname, 'sqlite.sql')
  const host = await inProcess<HostRun>('run-host.ts', [script])
  const machine = await inProcess<MachineRun>('run-machine.ts', [script])
  assert.equal(machine.stdout, host.stdout)
  assert.equal(machine.stderr, host.stderr)
  assert.ok(host.ticks > 10_000_000)
  assert.equal(machine.ticks, host.ticks)
  t.diagnostic(`${machine.ticks} ticks`)
})
