// A script of the specification suite on the host's WebAssembly, its modules rewritten to count
// their ticks.
import type { Command, Script, Value } from '../spec/script.ts'
import { COUNTER, countTicks } from './rewriter.ts'

/** The command cannot be given to the host as it is: a vector, a module that it refuses. */
export class NotOnHost extends Error {}

const bits = new DataView(new ArrayBuffer(8))

function argument({ type, value }: Value): unknown {
  if (value === 'null') return null
  if (typeof value !== 'string') throw new NotOnHost()
  switch (type) {
    case 'i32':
      return Number(BigInt.asIntN(32, BigInt(value)))
    case 'i64':
      return BigInt.asIntN(64, BigInt(value))
    case 'f32':
      bits.setBigUint64(0, BigInt.asUintN(32, BigInt(value)) << 32n)
      return bits.getFloat32(0)
    case 'f64':
      bits.setBigUint64(0, BigInt.asUintN(64, BigInt(value)))
      return bits.getFloat64(0)
    case 'externref':
      return `host ${value}`
    default:
      throw new NotOnHost()
  }
}

const nothing = (): void => {}

const spectest = (): WebAssembly.Exports => ({
  print: nothing,
  print_i32: nothing,
  print_i64: nothing,
  print_f32: nothing,
  print_f64: nothing,
  print_i32_f32: nothing,
  print_f64_f64: nothing,
  global_i32: new WebAssembly.Global({ value: 'i32' }, 666),
  global_i64: new WebAssembly.Global({ value: 'i64' }, 666n),
  global_f32: new WebAssembly.Global({ value: 'f32' }, 666.6),
  global_f64: new WebAssembly.Global({ value: 'f64' }, 666.6),
  table: new WebAssembly.Table({ element: 'anyfunc', initial: 10, maximum: 20 }),
  memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
})

export class HostScript {
  private readonly script: Script
  private readonly registered: Record<string, WebAssembly.Exports> = { spectest: spectest() }
  private readonly named = new Map<string, WebAssembly.Exports>()
  private readonly definitions = new Map<string, Uint8Array>()
  private readonly counters: WebAssembly.Global[] = []
  private current: WebAssembly.Exports | undefined

  constructor(script: Script) {
    this.script = script
  }

  /** The ticks of all instances so far. */
  get ticks(): number {
    return this.counters.reduce((sum, { value }) => sum + Number(value as bigint), 0)
  }

  private bytes(command: Command): Uint8Array {
    return this.script.read(command.binary_filename ?? command.filename ?? '')
  }

  private instantiate(bytes: Uint8Array | undefined, name: string | undefined): void {
    this.current = undefined
    if (name !== undefined) this.named.delete(name)
    if (bytes === undefined) throw new NotOnHost()
    let exports: WebAssembly.Exports
    try {
      const module = new WebAssembly.Module(countTicks(bytes))
      exports = new WebAssembly.Instance(module, this.registered).exports
    } catch (error) {
      throw new NotOnHost(String(error))
    }
    this.counters.push(exports[COUNTER] as WebAssembly.Global)
    this.current = exports
    if (name !== undefined) this.named.set(name, exports)
  }

  private exportsOf(name: string | undefined): WebAssembly.Exports {
    const found = name === undefined ? this.current : this.named.get(name)
    if (found === undefined) throw new NotOnHost()
    return found
  }

  private invoke({ action, type }: Command): void {
    if (action?.type !== 'invoke' || type === 'assert_exhaustion') throw new NotOnHost()
    const call = this.exportsOf(action.module)[action.field] as (...args: unknown[]) => unknown
    const args = (action.args ?? []).map(argument)
    try {
      call(...args)
    } catch (error) {
      // Vectors and exception references do not pass between the host and a module.
      if (error instanceof TypeError) throw new NotOnHost()
      // Five calls of `linking` lead into modules that fail to instantiate: their counters cannot
      // be had.
      if (type === 'assert_return' || type === 'action') throw new NotOnHost()
    }
  }

  execute(command: Command): void {
    const { type, name, module } = command
    if (type === 'module') this.instantiate(this.bytes(command), name)
    else if (type === 'module_definition') this.definitions.set(name ?? '', this.bytes(command))
    else if (type === 'module_instance') {
      this.instantiate(this.definitions.get(module ?? ''), command.instance)
    } else if (type === 'register') {
      delete this.registered[command.as as string]
      this.registered[command.as as string] = this.exportsOf(name)
    } else this.invoke(command)
  }
}
