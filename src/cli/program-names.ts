// Names and types of a program's parts, for people.
import type { ExternType, Limits, Program } from '../isa/program.ts'
import { Heap, heapOf, isNullable, isRef, kindNames, type ValType } from '../isa/types.ts'

export function typeName(type: ValType): string {
  if (!isRef(type)) return kindNames[type]
  const heap = heapOf(type)
  const names = Object.entries(Heap)
  const heapName = names.find(([, code]) => code === heap)?.[0] ?? `type ${heap - 16}`
  return isNullable(type) ? `(ref null ${heapName})` : `(ref ${heapName})`
}

const list = (types: readonly ValType[]): string => types.map(typeName).join(' ')

/** `(i32 i64) -> i32`. */
export function signature(program: Program, type: number): string {
  const { params, results } = program.types[type]
  return `(${list(params)}) -> ${results.length === 0 ? '()' : list(results)}`
}

export function limitsText({ min, max, wide }: Limits, unit: string): string {
  const most = max === null ? 'no maximum' : `at most ${max}`
  return `${min} ${unit}, ${most}${wide ? ', 64-bit' : ''}`
}

export function externText(program: Program, extern: ExternType): string {
  switch (extern.kind) {
    case 'func':
    case 'tag':
      return signature(program, extern.type)
    case 'memory':
      return limitsText(extern.memory, 'pages')
    case 'table':
      return `${typeName(extern.table.element)}, ${limitsText(extern.table.limits, 'entries')}`
    default:
      return `${extern.global.mutable ? 'mutable ' : ''}${typeName(extern.global.type)}`
  }
}
