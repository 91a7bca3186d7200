// All that the one pass over a body carries along: the reader, the operand types, the open blocks,
// and the code emitted so far with its labels and handlers.
import type { CodeBuilder } from '../isa/code-builder.ts'
import type { Handler, Label, TypeDef } from '../isa/program.ts'
import type { ValType } from '../isa/types.ts'
import type { Frame } from './body-frame.ts'
import { Place } from './body-place.ts'
import { OperandStack } from './body-stack.ts'
import type { FunctionBody, WasmModule } from './module.ts'
import { WasmReader } from './reader.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export class Body {
  readonly module: WasmModule
  readonly types: readonly TypeDef[]
  readonly type: TypeDef
  readonly reader: WasmReader
  readonly place: Place
  readonly stack: OperandStack
  /** The open blocks, outermost first, up to `depth`; what is above are frames to be used again. */
  readonly frames: Frame[] = []
  depth = -1
  /**
   * Does control reach this point. Source that it does not reach is validated, but emits nothing.
   * Where it does, the operand types are those of real values.
   */
  reachable = true
  readonly code: CodeBuilder
  /** Byte offset of each emitted instruction: none takes less than a byte of the source. */
  readonly source: Uint32Array
  readonly labels: Mutable<Label>[] = []
  readonly handlers: Mutable<Handler>[] = []
  /** Sum of the stack heights of all labels. */
  labelHeights = 0
  /** Ranges taken out of enclosing handlers by `delegate`. */
  holes = 0
  /** Parameters, declared locals, then hidden ones. */
  readonly locals: ValType[] = []
  /** Parameters and declared locals: what the source can name. */
  declaredLocals = 0
  /** By local: 1 while it must be set before it is read; empty where no local is such. */
  unset: Uint8Array = new Uint8Array(0)
  /**
   * Such locals in the order in which they were set; the end of a block takes back what was set in
   * it.
   */
  readonly sets: number[] = []

  /** `code` is empty. */
  constructor(module: WasmModule, index: number, code: CodeBuilder) {
    const body: FunctionBody = module.bodies[index]
    this.code = code
    this.module = module
    this.types = module.types
    this.type = module.types[body.type]
    this.reader = new WasmReader(module.bytes, body.start, body.end)
    this.place = new Place(body.start, module.importedFunctions + index)
    this.stack = new OperandStack(module.types, this.place)
    this.source = new Uint32Array(body.end - body.start)
  }

  /** A u32; most take one byte. */
  u32(): number {
    const byte = this.reader.peek()
    if (byte < 0 || byte >= 0x80) return this.reader.u32()
    this.reader.at++
    return byte
  }

  /** Emits an instruction, where control reaches it; likewise with one or two immediates. */
  emit(opcode: number): void {
    if (this.reachable) this.start(opcode)
  }
  emit1(opcode: number, immediate: number): void {
    if (!this.reachable) return
    this.start(opcode)
    this.code.push(immediate)
  }
  emit2(opcode: number, first: number, second: number): void {
    if (!this.reachable) return
    this.start(opcode)
    this.code.push(first)
    this.code.push(second)
  }
  /** Starts an instruction of the current source offset; only where control reaches it. */
  start(opcode: number): void {
    this.source[this.code.start(opcode)] = this.place.at
  }

  /** An unconditional transfer: nothing reaches what follows. */
  stop(): void {
    this.stack.setPolymorphic()
    this.reachable = false
  }
}
