// For tests: a guest in miniature, which makes calls of WASI directly.
import { assert } from '../../base/errors.ts'
import { Machine } from '../../machine/machine.ts'
import { defaultManifest } from '../../machine/manifest.ts'
import { emptyProgram } from '../../machine/wall-instance.ts'
import { Memory } from '../../memory/memory.ts'
import { type Dialect, hostFunction } from '../wasi/call.ts'
import { wasiCallByName } from '../wasi/table.ts'
import { newWorld, type World, type WorldOptions } from '../world.ts'

/** A machine with one instance and one memory of a page, and a way to make its calls. */
export class Bench {
  readonly machine = new Machine(defaultManifest)
  readonly written: string[] = []
  readonly world: World
  readonly memory: Memory
  readonly dialect: Dialect

  constructor(
    dialect: Dialect = 'wasi_snapshot_preview1',
    memories = 1,
    options: (machine: Machine) => WorldOptions = () => ({}),
  ) {
    this.dialect = dialect
    this.world = newWorld(this.machine, {
      ...options(this.machine),
      sink: (stream, bytes) => this.written.push(`${stream}:${new TextDecoder().decode(bytes)}`),
    })
    this.memory = new Memory({ min: 1n, max: null, wide: false, shared: false })
    this.machine.store.memories.push(this.memory)
    this.machine.store.instances.push({
      ...this.machine.store.instances[0],
      program: emptyProgram,
      memories: Uint32Array.from(memories === 0 ? [] : [0]),
    })
  }

  /** The errno, or how the call goes on. */
  call(name: string, ...args: (number | bigint)[]): number | string {
    const call = wasiCallByName.get(name)
    assert(call !== undefined, name)
    const { words } = this.machine
    args.forEach((arg, at) => {
      words.I64[at] = BigInt(arg)
    })
    const outcome = hostFunction(call, this.world, this.dialect).call({
      machine: this.machine,
      caller: 1,
      base: 0,
    })
    return outcome === 'done' ? words.I32[0] : outcome
  }

  /** Puts a vector of buffers at `at`. */
  vector(at: number, ...buffers: [at: number, size: number][]): void {
    buffers.flat().forEach((value, index) => {
      this.memory.storeInt(at + 4 * index, 4, value)
    })
  }
  u32(at: number): number {
    return this.memory.loadInt(at, 4)
  }
  u64(at: number): bigint {
    return this.memory.load(at, 8)
  }
  textAt(at: number, size: number): string {
    return new TextDecoder().decode(this.memory.readBytes(at, size))
  }
}
