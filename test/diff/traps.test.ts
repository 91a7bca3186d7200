// Traps of compiled code: the ticks, the chain of calls and the root that the interpreter has,
// where the host traps and the run is made again, and where compiled code tests by itself.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseWat } from '../../src/host/wat.ts'
import type { Jit } from '../../src/jit/jit.ts'
import { checkedVariant, plainVariant } from '../../src/jit/variant.ts'
import { invoke } from '../../src/machine/calls.ts'
import { exportOf, instantiate } from '../../src/machine/instantiate.ts'
import { Machine } from '../../src/machine/machine.ts'
import { defaultManifest } from '../../src/machine/manifest.ts'
import { run } from '../../src/machine/run.ts'
import { loadProgram, Vac } from '../../src/vac.ts'
import { translate } from '../../src/wasm/translate.ts'
import { assertCompiled, attachJit, detach, rootText } from './sides.ts'
import { trapCases, trapText } from './trap-cases.ts'

interface Prepared {
  readonly machine: Machine
  /** Calls `run` of the program, without running. */
  readonly begin: () => void
}

/** A machine with what retraces its runs: the host's own traps serve. */
async function vacOf(bytes: Uint8Array): Promise<Prepared> {
  const vac = new Vac()
  const instance = vac.instantiate(await loadProgram(bytes))
  detach(vac.machine)
  return { machine: vac.machine, begin: () => instance.begin('run') }
}

function bareMachine(bytes: Uint8Array): Prepared {
  const machine = new Machine(defaultManifest)
  const program = translate(bytes)
  const { instance } = instantiate(machine, program, new Uint8Array(32), () => null)
  const entry = program.exports.find(({ name }) => name === 'run')
  assert.ok(entry !== undefined)
  const found = exportOf(machine, instance, entry)
  assert.ok(found.kind === 'func')
  return { machine, begin: () => invoke(machine, found.fn, []) }
}

/** Two calls, the second after the trap of the first; at most `slice` ticks at a time. */
function trapsOf({ machine, begin }: Prepared, slice: number): object[] {
  return [0, 1].map(() => {
    begin()
    while (machine.status === 'running') run(machine, slice)
    const { status, ticks, trap } = machine
    const root = rootText(machine)
    machine.recover()
    return { status, ticks, trap, root }
  })
}

const kinds = [
  { name: 'where the host traps', make: vacOf, variant: plainVariant },
  { name: 'where compiled code tests', make: bareMachine, variant: checkedVariant },
] as const
const slices = [Number.MAX_SAFE_INTEGER, 997]

for (const { name: where, make, variant } of kinds) {
  suite(where, () => {
    for (const one of trapCases) {
      test(`${one.name} traps at its tick`, async () => {
        const bytes = await parseWat(trapText(one), one.name)
        const expected = trapsOf(await make(bytes), Number.MAX_SAFE_INTEGER)
        const { trap } = expected[0] as { trap: Machine['trap'] }
        assert.equal(trap?.code, one.code)
        assert.ok(trap.chain.length > 40, 'deep in calls')
        const jits: Jit[] = []
        for (const slice of slices) {
          const side = await make(bytes)
          jits.push(attachJit(side.machine, variant))
          assert.deepEqual(trapsOf(side, slice), expected, `slices of ${slice} ticks`)
        }
        assertCompiled(jits[1])
      })
    }
  })
}
