// Verifies a constant expression: a few instructions without control, evaluated at instantiation.

import type { ConstExpr } from '../program.ts'
import { opcode, rowByCode } from '../table.ts'
import { type Kind, Kinds, kindNames } from '../types.ts'
import { isReferenceKind, V128_HIGH } from './kinds.ts'
import { invalid, type ProgramContext } from './verify-context.ts'
import { immWordsByCode, popTags, popWords, pushTags, pushWords, STRIDE } from './verify-effects.ts'
import { namesOf } from './verify-stack.ts'

/** Most operand words while a constant expression is evaluated. */
export const MAX_CONST_WORDS = 1024

const allowed: ReadonlySet<number> = new Set(
  (
    'i32.const i64.const f32.const f64.const v128.const i32.add i32.sub i32.mul i64.add i64.sub ' +
    'i64.mul global.get ref.null ref.func ref.i31 any.convert_extern extern.convert_any'
  )
    .split(' ')
    .map(opcode),
)
const globalGet = opcode('global.get')
const refNull = opcode('ref.null')
const refFunc = opcode('ref.func')

/**
 * The expression gives one value of `kind` and reads immutable globals below `visibleGlobals`
 * only.
 */
export function verifyConst(
  context: ProgramContext,
  { op, at, imm }: ConstExpr,
  kind: Kind,
  visibleGlobals: number,
  where: string,
): void {
  const stack: number[] = []
  let cursor = 0
  if (at.length !== op.length) invalid(where, `${at.length} offsets`, `${op.length}`)
  for (let pc = 0; pc < op.length; pc++) {
    const code = op[pc]
    const place = (): string => `${where}, instruction ${pc}: ${rowByCode[code]?.name ?? 'unknown'}`
    if (!allowed.has(code)) invalid(place(), 'another instruction', 'one of a constant expression')
    const words = immWordsByCode[code]
    if (at[pc] !== cursor || cursor + words > imm.length) {
      invalid(place(), `${words} immediate words at ${at[pc]}`, `at ${cursor} within ${imm.length}`)
    }
    if (code === globalGet) pushGlobal(context, imm[cursor], visibleGlobals, stack, place)
    else if (code === refNull) {
      if (!isReferenceKind(imm[cursor])) invalid(place(), `kind ${imm[cursor]}`, 'a reference kind')
      stack.push(imm[cursor])
    } else {
      const count = context.functionTypes.length
      if (code === refFunc && (imm[cursor] < 0 || imm[cursor] >= count)) {
        invalid(place(), `function ${imm[cursor]}`, `a function below ${count}`)
      }
      applyFixed(stack, code, place)
    }
    if (stack.length > MAX_CONST_WORDS) {
      invalid(place(), `${stack.length} operand words`, `at most ${MAX_CONST_WORDS}`)
    }
    cursor += words
  }
  if (cursor !== imm.length) invalid(where, `${imm.length} immediate words`, `${cursor}`)
  const words = kind === Kinds.v128 ? 2 : 1
  if (stack.length !== words || stack[0] !== kind) {
    invalid(where, `[${namesOf(Uint8Array.from(stack))}]`, `[${kindNames[kind]}]`)
  }
}

function pushGlobal(
  context: ProgramContext,
  index: number,
  visible: number,
  stack: number[],
  where: () => string,
): void {
  if (index < 0 || index >= visible) {
    invalid(where(), `global ${index}`, `a global below ${visible}`)
  }
  if (context.globalMutable[index] === 1) invalid(where(), `global ${index}`, 'an immutable one')
  const kind = context.globalKinds[index]
  stack.push(kind)
  if (kind === Kinds.v128) stack.push(V128_HIGH)
}

function applyFixed(stack: number[], code: number, where: () => string): void {
  const start = code * STRIDE
  const base = stack.length - popWords[code]
  for (let k = 0; k < popWords[code]; k++) {
    if (base < 0 || stack[base + k] !== popTags[start + k]) {
      invalid(where(), `[${namesOf(Uint8Array.from(stack))}]`, rowByCode[code]!.sig!)
    }
  }
  stack.length = base
  for (let k = 0; k < pushWords[code]; k++) stack.push(pushTags[start + k])
}
