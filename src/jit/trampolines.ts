// Functions of the main module by which the machine enters it: a call by the context's arguments,
// globals in and out, an entry of a mirrored table.
import { CodeWriter } from './code-writer.ts'
import { ARGUMENTS_AT, GLOBALS_AT } from './context.ts'
import type { Draft } from './draft.ts'
import { hostType } from './host-types.ts'
import { load, sizeOf, store } from './memory-code.ts'

/** (function, fuel, room) -> fuel: calls a function of a type; its values are in the context. */
export function enterBody(draft: Draft, type: number): CodeWriter {
  const { params, results } = draft.shape
  const { contextMemory, all } = draft.places
  const out = new CodeWriter(128)
  out.uleb(results[type].length)
  for (const result of results[type]) {
    out.uleb(1)
    out.u8(result)
  }
  let offset = ARGUMENTS_AT
  for (const param of params[type]) {
    out.u8(0x41)
    out.u8(0)
    load(out, param, contextMemory, offset)
    offset += sizeOf(param)
  }
  out.op1(0x20, 1)
  out.op1(0x20, 2)
  out.op1(0x20, 0)
  out.op1(0x11, draft.guestType(type))
  out.uleb(all)
  out.op1(0x21, 1)
  for (let k = results[type].length - 1; k >= 0; k--) out.op1(0x21, 3 + k)
  offset = ARGUMENTS_AT
  results[type].forEach((result, k) => {
    out.u8(0x41)
    out.u8(0)
    out.op1(0x20, 3 + k)
    store(out, result, contextMemory, offset)
    offset += sizeOf(result)
  })
  out.op1(0x20, 1)
  out.u8(0x0b)
  return out
}

/** Stands for a function until its body is made, and has it made at the first call. */
export function makerBody(draft: Draft, fn: number): CodeWriter {
  const { made, make } = draft.places
  const type = draft.shape.functionTypes[fn]
  const out = new CodeWriter(64)
  out.uleb(0)
  out.u8(0x41)
  out.sleb(fn)
  out.op1(0x25, made)
  out.u8(0xd1)
  out.u8(0x04)
  out.u8(0x40)
  out.u8(0x41)
  out.sleb(fn)
  out.op1(0x10, make)
  out.u8(0x0b)
  const values = draft.shape.params[type].length + 2
  for (let local = 0; local < values; local++) out.op1(0x20, local)
  out.u8(0x41)
  out.sleb(fn)
  out.op1(0x13, draft.guestType(type))
  out.uleb(made)
  out.u8(0x0b)
  return out
}

/**
 * Copies globals between the context and the module: all at the beginning, then the mutable ones.
 */
export function globalsBody(draft: Draft, does: 'init' | 'in' | 'out'): CodeWriter {
  const { contextMemory, firstGlobal } = draft.places
  const out = new CodeWriter(128)
  out.uleb(0)
  draft.shape.globalKinds.forEach((kind, global) => {
    if (does !== 'init' && !draft.shape.mutableGlobals[global]) return
    const inwards = does !== 'out'
    const offset = GLOBALS_AT + 16 * global
    out.u8(0x41)
    out.u8(0)
    if (inwards) load(out, hostType(kind), contextMemory, offset)
    else out.op1(0x23, firstGlobal + global)
    if (inwards) out.op1(0x24, firstGlobal + global)
    else store(out, hostType(kind), contextMemory, offset)
  })
  out.u8(0x0b)
  return out
}

/** (index, function): sets an entry of a mirrored table; a negative function is null. */
export function putBody(draft: Draft, table: number): CodeWriter {
  const out = new CodeWriter(32)
  out.uleb(0)
  out.op1(0x20, 0)
  out.op1(0x20, 1)
  out.u8(0x41)
  out.u8(0)
  out.u8(0x48)
  out.u8(0x04)
  out.u8(0x70)
  out.u8(0xd0)
  out.u8(0x70)
  out.u8(0x05)
  out.op1(0x20, 1)
  out.op1(0x25, draft.places.all)
  out.u8(0x0b)
  out.op1(0x26, table)
  out.u8(0x0b)
  return out
}
