// Where in a function body the translator stands, and how it turns a module away from there.
import { VacError } from '../base/errors.ts'

export class Place {
  /** Offset in the module of the current instruction. */
  at: number
  private readonly functionIndex: number

  constructor(at: number, functionIndex: number) {
    this.at = at
    this.functionIndex = functionIndex
  }
  private get where(): string {
    return `offset 0x${this.at.toString(16)} in function ${this.functionIndex}`
  }

  invalid(found: string, expected: string): never {
    throw new VacError('WASM_INVALID', { found, expected, where: this.where })
  }
  malformed(found: string, expected: string): never {
    throw new VacError('WASM_MALFORMED', { found, expected, where: this.where })
  }
  unsupported(found: string, hint: string): never {
    throw new VacError('WASM_UNSUPPORTED', { found, hint, where: this.where })
  }
  overLimit(what: string, limit: number): never {
    throw new VacError('WASM_LIMIT', {
      found: `more ${what}`,
      expected: `at most ${limit}`,
      where: this.where,
    })
  }
}
