// Between places of a program (a function and a pc) and the addresses that debug sections speak of:
// offsets in the Code section.
import type { FunctionDef, Program } from '../../isa/program.ts'

/** A function by its index, imports included, and an instruction of it. */
export interface CodePlace {
  readonly function: number
  readonly pc: number
}

export class CodePlaces {
  private readonly functions: readonly FunctionDef[]
  /** Imported functions: their indices come first. */
  readonly imported: number
  private readonly codeOffset: number

  constructor(program: Program, codeOffset: number) {
    this.functions = program.functions
    this.imported = program.imports.filter(({ extern }) => extern.kind === 'func').length
    this.codeOffset = codeOffset
  }

  /** null: the instruction comes from no source. */
  addressOf({ function: index, pc }: CodePlace): number | null {
    const offset = this.functions[index - this.imported]?.source?.[pc]
    return offset === undefined || offset < this.codeOffset ? null : offset - this.codeOffset
  }

  /** The last address of the function before one: no line of that reaches behind it. */
  endBefore(index: number): number {
    const offset = this.functions[index - this.imported - 1]?.source?.at(-1) ?? 0
    return offset - this.codeOffset
  }

  /** The first instruction at an address or behind it, of the function whose code is there. */
  placeOf(address: number): CodePlace | null {
    const offset = address + this.codeOffset
    const index = this.functionAt(offset)
    const source = this.functions[index]?.source
    if (source === null || source === undefined) return null
    const pc = firstFrom(source, offset)
    return pc === source.length ? null : { function: index + this.imported, pc }
  }

  /**
   * The function whose last instruction is the first at an offset or behind it. Functions lie in
   * the order of their indices; a look at one may translate it.
   */
  private functionAt(offset: number): number {
    let low = 0
    let high = this.functions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const last = this.functions[middle].source?.at(-1) ?? 0
      if (last < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The first position whose value is at least so large; the length: there is none. */
function firstFrom(ascending: Uint32Array, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
