// Local variables: their declarations, their reads and writes, and whether they are set before they
// are read.
import { isNullable, isRef, type ValType } from '../isa/types.ts'
import type { Body } from './body-state.ts'
import { wasmLimits } from './module.ts'
import { readValType } from './types.ts'

const limitCount = 0xffff_ffff

/** Reads the declarations, which come as counts of a type. */
export function readLocals(body: Body): void {
  const { reader, locals, place } = body
  for (const type of body.type.params) locals.push(type)
  let groups = reader.count()
  let total = 0
  const counts: number[] = []
  const types: ValType[] = []
  for (; groups > 0; groups--) {
    place.at = reader.at
    const count = reader.u32()
    total += count
    if (total > limitCount) place.malformed(`too many locals: ${total}`, `at most ${limitCount}`)
    counts.push(count)
    types.push(readValType(reader, body.types.length))
  }
  if (total > wasmLimits.locals) place.overLimit('locals', wasmLimits.locals)
  for (let i = 0; i < counts.length; i++) {
    for (let left = counts[i]; left > 0; left--) locals.push(types[i])
  }
  body.declaredLocals = locals.length
  trackUnset(body, types)
}

const hasDefault = (type: ValType): boolean => !isRef(type) || isNullable(type)

function trackUnset(body: Body, declared: readonly ValType[]): void {
  if (declared.every(hasDefault)) return
  body.unset = new Uint8Array(body.locals.length)
  for (let i = body.type.params.length; i < body.locals.length; i++) {
    if (!hasDefault(body.locals[i])) body.unset[i] = 1
  }
}

function readLocal(body: Body): number {
  const local = body.u32()
  // Hidden locals come after the declared ones, and are not for the source to name.
  if (local >= body.declaredLocals) body.place.invalid(`unknown local ${local}`, 'a local')
  return local
}

export function localGet(body: Body): void {
  const local = readLocal(body)
  if (body.unset.length !== 0 && body.unset[local] === 1) {
    body.place.invalid(`uninitialized local ${local}`, 'a local that is set')
  }
  body.stack.push(body.locals[local])
  body.emit1(0x20, local)
}

function set(body: Body, local: number): void {
  if (body.unset.length === 0 || body.unset[local] === 0) return
  body.unset[local] = 0
  body.sets.push(local)
}

export function localSet(body: Body): void {
  const local = readLocal(body)
  body.stack.pop(body.locals[local])
  set(body, local)
  body.emit1(0x21, local)
}

export function localTee(body: Body): void {
  const local = readLocal(body)
  body.stack.pop(body.locals[local])
  body.stack.push(body.locals[local])
  set(body, local)
  body.emit1(0x22, local)
}
