// Ticks of the specification suite's modules by two ways that share no code: each call of the suite
// that the host can make too takes the same ticks.
import assert from 'node:assert/strict'
import test from 'node:test'
import { runScript } from '../spec/runner.ts'
import { loadScripts, type Script } from '../spec/script.ts'
import { HostScript, NotOnHost } from './host-script.ts'

/** Of about 62,500 calls; the others pass vectors, or use what the host does not know. */
const LEAST_COMPARED = 33_000

/** Calls compared, and those whose ticks differ. */
function compare(script: Script): { compared: number; differences: string[] } {
  const host = new HostScript(script)
  const differences: string[] = []
  let compared = 0
  let machineBefore = 0
  for (const { command, failure, ticks } of runScript(script, 'stepper')) {
    const machine = ticks - machineBefore
    machineBefore = ticks
    const hostBefore = host.ticks
    try {
      host.execute(command)
    } catch (error) {
      if (error instanceof NotOnHost) continue
      throw error
    }
    if (failure !== null || machine === 0) continue
    compared++
    const counted = host.ticks - hostBefore
    if (counted === machine) continue
    const where = `${script.folder}/${script.name}.wast:${command.line}`
    differences.push(`${where}: ${machine} ticks, ${counted} counted`)
  }
  return { compared, differences }
}

test('calls of the specification suite take the ticks that its modules count', (t) => {
  const scripts = loadScripts()
  if (scripts === null) {
    t.skip('GAP: no ../shared/suites/wasm-spec/wasm-3.0.tar.gz here; no call was compared')
    return
  }
  let compared = 0
  const differences: string[] = []
  for (const script of scripts) {
    const found = compare(script)
    compared += found.compared
    differences.push(...found.differences)
  }
  assert.deepEqual(differences.slice(0, 20), [])
  assert.ok(compared >= LEAST_COMPARED, `${compared} calls were compared`)
  t.diagnostic(`${compared} calls compared`)
})
