import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { VacError } from '../base/errors.ts'
import { nodeHasher } from '../host/hasher.ts'
import { loadProgram } from '../host/program-file.ts'
import { Machine } from '../machine/machine.ts'
import { defaultManifest } from '../machine/manifest.ts'
import { run } from '../machine/run.ts'
import { rootOf } from '../machine/state/root.ts'
import { type Capability, capabilities, defaultGrants } from './capabilities.ts'
import { linkProgram, requirementsOf } from './link.ts'
import { nativeCalls } from './native.ts'
import { wasiCalls } from './wasi/table.ts'
import { newWorld } from './world.ts'

const load = (text: string) => loadProgram(new TextEncoder().encode(text))

const importing = (module: string, name: string, type: string): string =>
  `(module (import "${module}" "${name}" (func ${type})) (memory 1))`

const wasi = (name: string, params: string): string => {
  const result = name === 'proc_exit' ? '' : '(result i32)'
  return importing('wasi_snapshot_preview1', name, `(param ${params}) ${result}`)
}

async function link(text: string, grants: Iterable<Capability> = defaultGrants) {
  const { program, hash } = await load(text)
  const machine = new Machine(defaultManifest)
  const world = newWorld(machine, { grants: new Set(grants) })
  return { machine, made: linkProgram(machine, program, hash, world) }
}

const refusal = (code: string, found: RegExp) => (error: unknown) =>
  error instanceof VacError && error.code === code && found.test(`${error.message} ${error.hint}`)

suite('linking to the wall', () => {
  test('each WASI call is refused exactly when none of its capabilities is granted', async () => {
    const all = capabilities.map((row) => row.name)
    let refused = 0
    for (const { name, params, needs } of wasiCalls) {
      const { machine } = await link(wasi(name, params), needs.slice(0, 1))
      assert.equal(machine.store.instances.length, 2)
      if (needs.length === 0) continue
      const others = all.filter((one) => !needs.includes(one))
      const expected = refusal('LINK_UNKNOWN_IMPORT', new RegExp(`${name}.*--allow ${needs[0]}`))
      await assert.rejects(link(wasi(name, params), others), expected)
      refused++
    }
    assert.ok(refused >= 10)
  })

  test('each native call is refused exactly when its capability is not granted', async () => {
    for (const [name, { needs }] of nativeCalls) {
      const { program } = await load(`func f ()\n  unreachable\nend\n`)
      assert.deepEqual(requirementsOf(program), [])
      if (needs.length === 0) continue
      const text = `memory 1\nfunc f ()\n  unreachable\n  sys ${name}\n  unreachable\nend\n`
      const expected = refusal('LINK_UNKNOWN_IMPORT', new RegExp(`sys.${name}.*${needs[0]}`))
      await assert.rejects(nativeProgram(name, []), expected, text)
      const { machine } = await nativeProgram(name, needs)
      assert.deepEqual([...machine.syscalls.keys()], [name])
    }
  })

  test('unknown modules, memories and tables are refused', async () => {
    const cases = [
      importing('env', 'print', '(param i32)'),
      '(module (import "wasi_snapshot_preview1" "memory" (memory 1)))',
      '(module (import "env" "t" (table 1 funcref)))',
      importing('wasi_snapshot_preview1', 'made_up', '(param i32)'),
    ]
    for (const text of cases) {
      await assert.rejects(link(text), refusal('LINK_UNKNOWN_IMPORT', /vac inspect/), text)
    }
  })

  test('a refused program leaves the machine as it was', async () => {
    const { program, hash } = await load(importing('env', 'f', ''))
    const machine = new Machine(defaultManifest)
    const world = newWorld(machine)
    assert.throws(() => linkProgram(machine, program, hash, world))
    assert.deepEqual([machine.store.instances.length, machine.inputs.length], [1, 0])
  })

  test('nor does one leave a trace whose imports have another type', async () => {
    const machine = new Machine(defaultManifest)
    const world = newWorld(machine)
    const before = rootOf(machine, nodeHasher)
    const text = 'import "m" "t" tag t ()\nfunc f ()\ni32.const 0\nsys exit\nreturn\nend\n'
    const { program, hash } = await load(text)
    const other = { kind: 'memory', number: 0 } as const
    const found = () => linkProgram(machine, program, hash, world, () => other)
    assert.throws(found, refusal('LINK_TYPE', /m\.t/))
    assert.deepEqual(rootOf(machine, nodeHasher), before)
  })

  test('a WASI call of another type is refused', async () => {
    await assert.rejects(link(wasi('fd_close', 'i64')), refusal('LINK_TYPE', /fd_close/))
  })

  test('a call that WASI does not have links and answers ENOSYS', async () => {
    const { machine, made } = await link(`(module
      (import "wasi_snapshot_preview1" "sock_open" (func $f (param i32 i64) (result i32)))
      (global (export "g") (mut i32) (i32.const 0))
      (func $s (global.set 0 (call $f (i32.const 1) (i64.const 2)))) (start $s))`)
    run(machine, 100)
    assert.equal(made.instance, 1)
    assert.equal(machine.store.globalWords[0], 52)
  })
})

/** Native calls have many shapes; each pops what it needs from constants. */
async function nativeProgram(name: string, grants: Iterable<Capability>) {
  const operands: Record<string, string> = {
    read: 'i32.const 0\n i64.const 0\n i64.const 0',
    write: 'i32.const 1\n i64.const 0\n i64.const 0',
    sleep: 'i64.const 1',
    map: 'i64.const 1',
    alloc: 'i64.const 1',
    beam_emit: 'i32.const 0\n i64.const 0\n i64.const 0',
  }
  return link(
    `memory 1\nfunc f ()\n ${operands[name] ?? 'nop'}\n sys ${name}\n${
      name === 'sleep' ? '' : ' drop\n'
    } return\nend\n`,
    grants,
  )
}
