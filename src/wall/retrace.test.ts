import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { hex, utf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { nodeHasher } from '../host/hasher.ts'
import { loadProgram } from '../host/program-file.ts'
import { below, chanceOf } from '../isa/tools/random-program.ts'
import { addHostFunction } from '../machine/link.ts'
import { Machine } from '../machine/machine.ts'
import { defaultManifest } from '../machine/manifest.ts'
import { run } from '../machine/run.ts'
import { rootOf } from '../machine/state/root.ts'
import { decodeState } from '../machine/state/state.ts'
import { Blob } from '../memory/file-bytes.ts'
import { type TreeEntry, Vac } from '../vac.ts'
import { type Retained, type Runner, retain, retrace, type Saved } from './retrace.ts'
import { GUEST } from './tools/retrace-guest.ts'

const load = (text: string) => loadProgram(utf8(text))
const example = (name: string) =>
  load(readFileSync(new URL(`../../examples/${name}.vasm`, import.meta.url), 'utf8'))
const rootAt = (m: Machine): string => hex(rootOf(m, nodeHasher))
const interpret: Runner = (twin, budget) => void run(twin, budget)

const tree: readonly TreeEntry[] = [
  { path: 'in', kind: 'file', content: new Blob(utf8('what was there at first')) },
  { path: 'sub', kind: 'directory' },
]

/** A computer whose root is noted after each deed, by tick: what counts is the last at a tick. */
class Watched {
  vac: Vac
  retained: Retained
  output = ''
  beams = 0
  denials = 0
  readonly seen = new Map<number, string>()
  private readonly options = {
    output: (_: string, bytes: Uint8Array) => {
      this.output += new TextDecoder().decode(bytes)
    },
    beams: () => {
      this.beams++
    },
    denied: () => {
      this.denials++
    },
  }

  constructor(more: { grants?: readonly ('console' | 'clock')[] } = {}) {
    this.vac = new Vac({ ...this.options, ...more, directories: [{ guestPath: '.', tree }] })
    this.retained = retain(this.vac.machine, this.vac.world)
  }

  async do(deed: (vac: Vac) => unknown): Promise<void> {
    const { ticks, machine } = this.vac
    const inputCount = machine.inputs.length
    await deed(this.vac)
    // What an input made of that tick was not seen where the deed went on from it.
    if (machine.inputs.length > inputCount) this.seen.delete(ticks)
    this.seen.set(this.vac.ticks, this.vac.root())
  }

  private restored = 0

  /** From now on it is one that was restored, by turns from bytes and from a snapshot. */
  restore(): void {
    const bytes = this.vac.save()
    const saved: Saved =
      this.restored++ % 2 === 0
        ? { read: (resolve) => decodeState(bytes, nodeHasher, resolve) }
        : this.vac.snapshot()
    const root = this.vac.root()
    this.vac = Vac.of(saved, this.options)
    assert.equal(this.vac.root(), root)
    this.retained = retain(this.vac.machine, this.vac.world, saved)
    this.seen.clear()
    this.seen.set(this.vac.ticks, root)
  }

  /** Compares twins with what was seen at each tick, and the end of the whole run. */
  check(what = ''): void {
    const { machine } = this.vac
    const before = [this.vac.root(), this.output, this.beams, this.denials, machine.inputs.length]
    for (const [tick, root] of this.seen) {
      const twin = retrace(this.retained, machine, { untilTick: tick })
      assert.equal(twin.ticks, tick, what)
      assert.equal(rootAt(twin), root, `${what}: at tick ${tick} of ${[...this.seen.keys()]}`)
      assert.deepEqual([...twin.inputs], [...machine.inputs].slice(0, twin.inputs.length), what)
    }
    if (machine.status !== 'running') {
      const twin = machine.retrace?.(interpret)
      assert.ok(twin && twin.retrace === null)
      // To the trap: that the machine was made idle since is no part of the run.
      if (machine.status === 'idle' && twin.status === 'trapped') twin.recover()
      assert.equal(rootAt(twin), before[0], what)
    }
    const after = [this.vac.root(), this.output, this.beams, this.denials, machine.inputs.length]
    assert.deepEqual(after, before, `${what}: the machine is as it was`)
  }
}

const LIBRARY = `(module
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 1) (table (export "table") 4 funcref)
  (global (export "global") (mut i32) (i32.const 5)) (tag (export "tag") (param i32))
  (func $bump (export "bump") (result i32)
    (global.set 0 (i32.add (global.get 0) (i32.const 1))) (global.get 0))
  (func (export "at") (param i32) (result i32) (i32.load (local.get 0)))
  (elem (i32.const 0) func $bump $random) (export "random" (func $random)))`

const USER = `(module
  (import "lib" "bump" (func $bump (result i32))) (import "lib" "global" (global $g (mut i32)))
  (import "lib" "random" (func $random (param i32 i32) (result i32)))
  (import "lib" "memory" (memory 1)) (import "lib" "table" (table 4 funcref))
  (import "lib" "tag" (tag $t (param i32)))
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock (param i32 i64 i32) (result i32)))
  (func $go (export "go") (param i32) (result i32)
    (drop (call $random (i32.const 0) (local.get 0)))
    (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 32)))
    (global.set $g (i32.add (global.get $g) (call_indirect (result i32) (i32.const 0))))
    (i32.add (call $bump) (i32.load8_u (i32.const 0))))
  (func (export "far") (param i32) (result i32)
    (i32.store (local.get 0) (i32.const 7)) (i32.load (local.get 0)))
  (func (export "throw") (throw $t (i32.const 3)))
  (func $begin (drop (call $go (i32.const 4)))) (start $begin)
  (elem (i32.const 2) func $go))`

/** Its second data segment is out of bounds: what the first wrote stays. */
const FAILING = `(module (import "lib" "memory" (memory 1))
  (data (i32.const 100) "written") (data (i32.const 65535) "far"))`

suite('a run that is made again', () => {
  for (const [name, entry, ...args] of [
    ['fib', 'fib', 9],
    ['sieve', 'count_primes', 700],
    ['hello', '_start'],
  ] as const) {
    test(`comes to the roots of examples/${name}.vasm`, async () => {
      const watched = new Watched()
      const program = await example(name)
      await watched.do((vac) => vac.instantiate(program).begin(entry, ...args))
      for (let i = 1; i < 8; i++) await watched.do((vac) => vac.run(i * i))
      await watched.do((vac) => vac.run(5000))
      watched.check()
      assert.ok(watched.seen.size > 2)
    })
  }

  test('gets the inputs of examples/devices.vasm where it waited, and shows nothing', async () => {
    const watched = new Watched()
    const program = await example('devices')
    await watched.do((vac) => vac.instantiate(program).begin('_start'))
    for (const text of ['a', 'bc', null]) {
      await watched.do((vac) => vac.run())
      watched.check('waiting')
      await watched.do((vac) => vac.input(text))
      await watched.do((vac) => vac.run(5))
    }
    await watched.do((vac) => vac.run())
    watched.check('exited')
    assert.deepEqual([watched.vac.status, watched.output, watched.beams], ['exited', 'abc', 1])
  })

  test('links instances as they were linked, and traps and goes on as they did', async () => {
    const watched = new Watched()
    const [library, user, failing] = await Promise.all([LIBRARY, USER, FAILING].map(load))
    const call = (number: number, name: string, ...args: number[]) =>
      watched.do((vac) => vac.instance(number).call(name, ...args))
    const recovered = () => watched.do((vac) => vac.machine.recover())
    await watched.do((vac) => vac.instantiate(library))
    await watched.do((vac) => vac.instantiate(user, { lib: vac.instance(1) }, 3))
    await watched.do((vac) => vac.run())
    await call(2, 'go', 40)
    // A function of the wall that an instance exports is called as that of the wall.
    await call(1, 'random', 8, 8)
    await watched.do((vac) => vac.instantiate(user, { lib: vac.instance(1) }))
    await watched.do((vac) => vac.memory(0).write(200, Uint8Array.of(1, 2, 3)))
    for (const [name, arg] of [['far', -1], ['throw'], ['far', 8], ['far', 1 << 20]] as const) {
      await call(3, name, ...(arg === undefined ? [] : [arg]))
      watched.check(name)
      if (watched.vac.status !== 'trapped') continue
      await watched.do((vac) => vac.input('while it is trapped'))
      watched.check('trapped')
      await recovered()
    }
    watched.check('idle again')
    await watched.do((vac) => vac.instantiate(failing, { lib: vac.instance(1) }))
    assert.equal(watched.vac.trap?.code, 'out of bounds memory access')
    watched.check('failed')
    await recovered()
    await call(1, 'at', 100)
    assert.throws(() => watched.vac.instantiate(user, { lib: watched.vac.instance(2) }), VacError)
    await call(1, 'at', 100)
    watched.check('at the end')
    assert.equal(watched.vac.machine.store.instances.length, 5)
  })

  test('repeats what was denied without telling', async () => {
    const watched = new Watched({ grants: ['console', 'clock'] })
    const program = await load('func f export () -> i64\ni64.const 0\nsys map\nreturn\nend\n')
    await watched.do((vac) => vac.instantiate(program).call('f'))
    const narrow = new Watched({ grants: ['console'] })
    const clock = await load('func f export () -> i64\ni64.const 16\nsys map\nreturn\nend\n')
    await narrow.do((vac) => vac.instantiate(clock).call('f'))
    assert.deepEqual([watched.denials, narrow.denials], [0, 1])
    watched.check()
    narrow.check()
  })

  test('with files, time, chance and input comes to one root whatever the host did', async () => {
    const program = await load(GUEST)
    let waits = 0
    let restored = 0
    for (let seed = 0; seed < 16; seed++) {
      const what = `seed ${seed}; repeat with: npx node --test src/wall/retrace.test.ts`
      const chance = chanceOf(seed)
      const watched = new Watched()
      if (seed % 2 === 0) await watched.do((vac) => vac.start(['guest', 'a'], ['A=1']))
      await watched.do((vac) => vac.instantiate(program).begin('_start'))
      const restoreAt = below(chance, 60)
      for (let deed = 0; deed < 40; deed++) {
        if (watched.vac.status === 'waiting') waits++
        if (deed === restoreAt) {
          watched.restore()
          restored++
        }
        const size = below(chance, 9)
        const deeds: readonly ((vac: Vac) => unknown)[] = [
          (vac) => vac.run(below(chance, 4)),
          (vac) => vac.run(below(chance, 300)),
          (vac) => vac.run(2000),
          (vac) => vac.input('x'.repeat(size)),
          (vac) => vac.elapse(),
          (vac) => vac.start(['guest', `${size}`]),
          // The timeout of its next wait, or of the one that goes on.
          (vac) => vac.memory(0).write(0x118, Uint8Array.of(size, size % 2)),
          (vac) => (deed > 36 ? vac.input(null) : vac.elapse()),
        ]
        await watched.do(deeds[below(chance, deeds.length)])
      }
      watched.check(what)
    }
    assert.ok(waits > 100 && restored > 5, `${waits} waits, ${restored} restored`)
  })

  test('finds the tick of a trap that an engine lost', async () => {
    const watched = new Watched()
    const [library, user] = await Promise.all([LIBRARY, USER].map(load))
    const { vac } = watched
    const lib = vac.instantiate(library)
    vac.instantiate(user, { lib }).call('far', -1)
    vac.machine.recover()
    vac.instance(2).call('go', 3)
    vac.instance(2).call('far', 1 << 20)
    const { machine } = vac
    const expected = [machine.ticks, machine.trap, vac.root()]
    Object.assign(machine, { ticks: 0, status: 'running', trap: null, depth: 0 })
    const budgets: number[] = []
    const twin = machine.retrace?.((m, budget) => {
      budgets.push(budget)
      run(m, Math.min(budget, 2), null, 'stepper')
    })
    assert.ok(twin)
    assert.deepEqual([twin.ticks, twin.trap, rootAt(twin)], expected)
    assert.equal(twin.status, 'trapped')
    assert.ok(budgets.length > 10, 'the engine that was handed in ran it')
  })

  test('begins with the files as they were, which are shared and not copied', async () => {
    const watched = new Watched()
    const program = await load(GUEST)
    const textOf = (m: Machine): string => {
      const [, inode] = [...(m.files?.inodes.entries() ?? [])][1]
      return inode.kind === 'file' ? new TextDecoder().decode(inode.bytes.read(0, 99)) : ''
    }
    const first = [...(watched.vac.machine.files?.inodes.entries() ?? [])]
    assert.equal(first.length, 3)
    await watched.do((vac) => vac.instantiate(program).begin('_start'))
    await watched.do((vac) => vac.input('new'))
    await watched.do((vac) => vac.run())
    assert.equal(textOf(watched.vac.machine), 'new')
    for (let i = 0; i < 2; i++) {
      const twin = retrace(watched.retained, watched.vac.machine, { untilTick: 0 })
      assert.equal(textOf(twin), 'what was there at first')
      for (const [number, inode] of first) assert.equal(twin.files?.inodes.get(number), inode)
      run(twin, 10_000)
      assert.equal(textOf(twin), 'new')
    }
    watched.check()
  })
})

suite('what cannot be made again', () => {
  test('a machine that nothing retained has no retrace', () => {
    assert.equal(new Machine(defaultManifest).retrace, null)
  })

  test('a machine with functions that are not of the wall is refused', () => {
    const { machine } = new Vac()
    const call = () => 'done' as const
    addHostFunction(machine, { name: 'env.f', params: [], results: [], call })
    assert.throws(
      () => machine.retrace?.(interpret),
      (error) => error instanceof VacError && error.code === 'LINK_UNKNOWN_IMPORT',
    )
  })

  test('an engine that stands still or runs too far is a defect', async () => {
    const vac = new Vac()
    vac.instantiate(await example('fib')).begin('fib', 9)
    vac.run(9)
    const { machine } = vac
    assert.throws(() => machine.retrace?.(() => {}), /keeps to its budget/)
    const retained = retain(new Vac().machine, new Vac().world)
    const far: Runner = (twin, budget) => void run(twin, budget + 1)
    assert.throws(() => retrace(retained, machine, { run: far, untilTick: 5 }), /keeps to its/)
    assert.throws(() => retain(machine, vac.world), /has not begun/)
  })
})
