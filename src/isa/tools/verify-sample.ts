// Small programs for the tests of the verifier and what rests on it.
import { CodeBuilder } from '../code-builder.ts'
import type { Code, Handler, Limits, Program, TypeDef } from '../program.ts'
import { opcode } from '../table.ts'
import { type Kind, kindNames, type ValType } from '../types.ts'

/** Instructions, one a line (or `;`), each a name and its immediate words: `i32.const 5`. */
export function code(text: string): Code {
  const builder = new CodeBuilder()
  for (const line of text.split(/[\n;]/)) {
    const [name, ...words] = line.trim().split(/\s+/)
    if (name !== '') builder.emit(opcode(name), ...words.map(Number))
  }
  return builder.take()
}

/** `'i32 v128'` as kinds. */
export const kinds = (text: string): Kind[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => kindNames.indexOf(word) as Kind)

export const functionType = (
  params: readonly ValType[],
  results: readonly ValType[],
  rest: Partial<TypeDef> = {},
): TypeDef => ({
  params,
  results,
  groupStart: 0,
  groupSize: 1,
  final: true,
  super: -1,
  ...rest,
})

/** Types in groups of their own. */
export const alone = (...types: TypeDef[]): TypeDef[] =>
  types.map((type, index) => ({ ...type, groupStart: index }))

export const limits = (min: number, max: number | null = null, wide = false): Limits => ({
  min: BigInt(min),
  max: max === null ? null : BigInt(max),
  wide,
  shared: false,
})

export interface Body {
  readonly type?: number
  readonly locals?: readonly ValType[]
  readonly code: string | Code
  /** pc and stack of each label. */
  readonly labels?: readonly (readonly [pc: number, stack: string])[]
  readonly handlers?: readonly Partial<Handler>[]
}

/** A program with the given bodies; type 0 is [] -> [] unless types are given. */
export function sample(bodies: readonly Body[], rest: Partial<Program> = {}): Program {
  return {
    types: [functionType([], [])],
    imports: [],
    functions: bodies.map((body) => ({
      type: body.type ?? 0,
      locals: body.locals ?? [],
      code: typeof body.code === 'string' ? code(body.code) : body.code,
      labels: (body.labels ?? []).map(([pc, stack]) => ({ pc, stack: kinds(stack) })),
      handlers: (body.handlers ?? []).map((handler) => ({
        from: 0,
        to: 1,
        tag: -1,
        ref: false,
        refLocal: -1,
        label: 0,
        ...handler,
      })),
      source: null,
    })),
    tables: [],
    memories: [],
    globals: [],
    tags: [],
    exports: [],
    start: -1,
    elements: [],
    data: [],
    names: {
      module: null,
      functions: new Map(),
      locals: new Map(),
      globals: new Map(),
      memories: new Map(),
      tables: new Map(),
      tags: new Map(),
    },
    customs: [],
    ...rest,
  }
}
