// A function of a module that is known to be valid: its body is translated when it is first looked
// at.
import type { Code, FunctionDef, Handler, Label } from '../isa/program.ts'
import type { ValType } from '../isa/types.ts'
import { translateBody } from './body.ts'
import type { WasmModule } from './module.ts'

export class LaterFunction implements FunctionDef {
  readonly type: number
  private readonly module: WasmModule
  private readonly index: number
  private made: FunctionDef | null = null

  constructor(module: WasmModule, index: number) {
    this.type = module.bodies[index].type
    this.module = module
    this.index = index
  }

  private get def(): FunctionDef {
    return (this.made ??= translateBody(this.module, this.index))
  }
  get locals(): readonly ValType[] {
    return this.def.locals
  }
  get code(): Code {
    return this.def.code
  }
  get labels(): readonly Label[] {
    return this.def.labels
  }
  get handlers(): readonly Handler[] {
    return this.def.handlers
  }
  get source(): Uint32Array | null {
    return this.def.source
  }
}
