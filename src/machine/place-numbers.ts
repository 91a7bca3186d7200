// Places as numbers: instructions counted through the functions of a program, and through the
// instances of a machine. Instance 0, the wall, has none.
import type { Program } from '../isa/program.ts'
import type { Machine, Place } from './machine.ts'

/** The number of the first instruction of each defined function, and of what follows the last. */
export function instructionStarts({ functions }: Program): Uint32Array {
  const starts = new Uint32Array(functions.length + 1)
  functions.forEach(({ code }, at) => {
    starts[at + 1] = starts[at] + code.op.length
  })
  return starts
}

export class PlaceNumbers {
  private readonly m: Machine
  /** By instance: the number of its first instruction, and its functions' within it. */
  private readonly known: { readonly first: number; readonly starts: Uint32Array }[] = []

  constructor(m: Machine) {
    this.m = m
  }

  /** The number of an instance's first instruction. */
  first(instance: number): number {
    return this.instance(instance).first
  }

  number({ instance, function: fn, pc }: Place): number {
    const { first, starts } = this.instance(instance)
    return first + starts[fn - this.imported(instance)] + pc
  }

  place(number: number): Place {
    let instance = this.m.store.instances.length - 1
    while (this.instance(instance).first > number) instance--
    const { first, starts } = this.instance(instance)
    let low = 0
    let high = starts.length - 2
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (first + starts[middle] <= number) low = middle
      else high = middle - 1
    }
    const pc = number - first - starts[low]
    return { instance, function: this.imported(instance) + low, pc }
  }

  private imported(instance: number): number {
    const { functions, program } = this.m.store.instances[instance]
    return functions.length - program.functions.length
  }

  private instance(instance: number): { readonly first: number; readonly starts: Uint32Array } {
    const { known, m } = this
    while (known.length <= instance) {
      const last = known[known.length - 1]
      const first = last === undefined ? 0 : last.first + last.starts[last.starts.length - 1]
      const starts = instructionStarts(m.store.instances[known.length].program)
      known.push({ first, starts })
    }
    return known[instance]
  }
}
