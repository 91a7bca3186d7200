// Verification rules by name, for instructions whose effect depends on more than their row's
// signature, or whose immediates are indices. The others are checked by their signature alone.

import { syscalls } from '../syscalls.ts'
import { parseSignature, rowByCode, table } from '../table.ts'
import { isRef, type Kind, Kinds, kindNames, kindOf } from '../types.ts'
import { isReferenceKind, isValType, tagsOf } from './kinds.ts'
import { lanesByCode } from './verify-effects.ts'
import { OPCODES } from './verify-flow.ts'
import type { FunctionPass } from './verify-function.ts'

/** Checks one instruction and applies its effect; its immediates start at f.imm[at]. */
export type Rule = (f: FunctionPass, at: number, code: number) => void

const { i32, i64, funcref } = Kinds
const wideKind = (wide: number): number => (wide === 1 ? i64 : i32)

function index(f: FunctionPass, value: number, count: number, what: string): number {
  if (value < 0 || value >= count) f.fail(`${what} ${value}`, `a ${what} below ${count}`)
  return value
}
const type = (f: FunctionPass, value: number): number =>
  index(f, value, f.context.program.types.length, 'type')
const local = (f: FunctionPass, at: number): number =>
  index(f, f.imm[at], f.localKinds.length, 'local')
const global = (f: FunctionPass, at: number): number =>
  index(f, f.imm[at], f.context.globalKinds.length, 'global')
const tableAt = (f: FunctionPass, at: number): number =>
  index(f, f.imm[at], f.context.tableKinds.length, 'table')
const memory = (f: FunctionPass, at: number): number =>
  index(f, f.imm[at], f.context.memoryWide.length, 'memory')
const element = (f: FunctionPass, at: number): number =>
  index(f, f.imm[at], f.context.elementKinds.length, 'element segment')
const data = (f: FunctionPass, at: number): number =>
  index(f, f.imm[at], f.context.program.data.length, 'data segment')
const functionType = (f: FunctionPass, at: number): number =>
  f.context.functionTypes[index(f, f.imm[at], f.context.functionTypes.length, 'function')]

/** The address kind of a memory or a table. */
const addressOf = (f: FunctionPass, at: number): number =>
  wideKind(f.context.memoryWide[memory(f, at)])
const entryOf = (f: FunctionPass, at: number): number =>
  wideKind(f.context.tableWide[tableAt(f, at)])

/** The kind of a `reftype` immediate. */
function referenceType(f: FunctionPass, at: number): Kind {
  const value = f.imm[at]
  if (!isValType(value, f.context.program.types.length) || !isRef(value)) {
    f.fail(`type ${value}`, 'a reference type')
  }
  return kindOf(value)
}

function call(f: FunctionPass, typeIndex: number): void {
  f.popTags(f.context.params(typeIndex))
  f.pushTags(f.context.results(typeIndex))
}

function tailCall(f: FunctionPass, typeIndex: number): void {
  f.popTags(f.context.params(typeIndex))
  const results = f.context.results(typeIndex)
  const own = f.results
  let same = results.length === own.length
  for (let at = 0; same && at < own.length; at++) same = results[at] === own[at]
  if (!same) f.fail('a callee with other results', 'the results of this function')
}

/** Pops a call's table entry or reference; gives the type called. */
function indirect(f: FunctionPass, at: number): number {
  const address = entryOf(f, at + 1)
  const kind = f.context.tableKinds[f.imm[at + 1]]
  if (kind !== funcref) f.fail(`a table of ${kindNames[kind]}`, 'a table of funcref')
  f.pop(address)
  return type(f, f.imm[at])
}
function byReference(f: FunctionPass, at: number): number {
  f.pop(funcref)
  return type(f, f.imm[at])
}

/** An access to memory: the address kind stands for `addr` in the row's signature. */
const access: Rule = (f, at, code) => {
  const address = addressOf(f, at)
  if (address === i32 && f.imm[at + 2] !== 0) {
    f.fail('an offset of 2^32 or more', 'a 32-bit offset for a memory with 32-bit addresses')
  }
  if (lanesByCode[code] !== 0) laneIn(f, f.imm[at + 3], code)
  f.fixed(code, address)
}
const lane: Rule = (f, at, code) => {
  laneIn(f, f.imm[at], code)
  f.fixed(code, i32)
}
function laneIn(f: FunctionPass, value: number, code: number): void {
  if (value < 0 || value >= lanesByCode[code]) {
    f.fail(`lane ${value}`, `a lane below ${lanesByCode[code]}`)
  }
}
const shuffle: Rule = (f, at, code) => {
  for (let word = 0; word < 4; word++) {
    if ((f.imm[at + word] & 0xe0e0e0e0) !== 0) f.fail('a lane of 32 or more', 'lanes below 32')
  }
  f.fixed(code, i32)
}

function peekKind(f: FunctionPass, kind: number): void {
  f.pop(kind)
  f.push(kind)
}
function kept(f: FunctionPass, at: number): void {
  if (f.imm[at + 1] < 1) f.fail('no kept word', 'the reference among the kept words')
}
/** The reference is among the kept words and stays where the jump is not taken. */
const jumpOnCast: Rule = (f, at) => {
  peekKind(f, referenceType(f, at + 2))
  kept(f, at)
  f.jump(f.imm[at], f.imm[at + 1])
}

const rules: Readonly<Record<string, Rule>> = {
  jump: (f, at) => f.jump(f.imm[at], f.imm[at + 1]),
  jump_if: (f, at) => {
    f.pop(i32)
    f.jump(f.imm[at], f.imm[at + 1])
  },
  jump_unless: (f, at) => {
    f.pop(i32)
    f.jump(f.imm[at], f.imm[at + 1])
  },
  jump_table: (f, at) => {
    f.pop(i32)
    f.jumpTable(f.imm[at], at + 2, f.imm[at + 1] + 1)
  },
  jump_on_null: (f, at) => {
    const kind = f.popReference()
    f.jump(f.imm[at], f.imm[at + 1])
    f.push(kind)
  },
  jump_on_non_null: (f, at) => {
    f.push(f.popReference())
    kept(f, at)
    f.jump(f.imm[at], f.imm[at + 1])
    f.popReference()
  },
  jump_on_cast: jumpOnCast,
  jump_on_cast_fail: jumpOnCast,

  throw: (f, at) => {
    const tag = index(f, f.imm[at], f.context.tagTypes.length, 'tag')
    f.popTags(f.context.params(f.context.tagTypes[tag]))
  },
  rethrow: (f, at) => {
    const kind = f.localKinds[local(f, at)]
    if (kind !== Kinds.exnref) f.fail(`a local of ${kindNames[kind]}`, 'an exnref local')
  },
  return: (f) => f.popTags(f.results),
  call: (f, at) => call(f, functionType(f, at)),
  call_indirect: (f, at) => call(f, indirect(f, at)),
  call_ref: (f, at) => call(f, byReference(f, at)),
  return_call: (f, at) => tailCall(f, functionType(f, at)),
  return_call_indirect: (f, at) => tailCall(f, indirect(f, at)),
  return_call_ref: (f, at) => tailCall(f, byReference(f, at)),
  sys: (f, at) => {
    const effect = syscallEffects.get(f.imm[at])
    if (effect === undefined) return f.fail(`system call ${f.imm[at]}`, 'a known system call')
    if (effect.usesMemory) index(f, 0, f.context.memoryWide.length, 'memory')
    f.popTags(effect.pops)
    f.pushTags(effect.pushes)
  },

  drop: (f) => {
    f.popWord()
  },
  select: (f) => {
    f.pop(i32)
    const kind = f.popWord()
    peekKind(f, kind)
  },
  'local.get': (f, at) => f.pushKind(f.localKinds[local(f, at)]),
  'local.set': (f, at) => f.popKind(f.localKinds[local(f, at)]),
  'local.tee': (f, at) => {
    const kind = f.localKinds[local(f, at)]
    f.popKind(kind)
    f.pushKind(kind)
  },
  'global.get': (f, at) => f.pushKind(f.context.globalKinds[global(f, at)]),
  'global.set': (f, at) => {
    const number = global(f, at)
    if (f.context.globalMutable[number] === 0) f.fail(`global ${number}`, 'a mutable global')
    f.popKind(f.context.globalKinds[number])
  },

  'ref.null': (f, at) => {
    if (!isReferenceKind(f.imm[at])) f.fail(`kind ${f.imm[at]}`, 'the kind of a reference')
    f.push(f.imm[at])
  },
  'ref.is_null': (f) => {
    f.popReference()
    f.push(i32)
  },
  'ref.as_non_null': (f) => f.push(f.popReference()),
  'ref.func': (f, at) => {
    functionType(f, at)
    f.push(funcref)
  },
  'ref.test': (f, at) => {
    f.pop(referenceType(f, at))
    f.push(i32)
  },
  'ref.cast': (f, at) => peekKind(f, referenceType(f, at)),

  'memory.size': (f, at) => f.push(addressOf(f, at)),
  'memory.grow': (f, at) => peekKind(f, addressOf(f, at)),
  'memory.init': (f, at) => {
    data(f, at)
    f.pop3(addressOf(f, at + 1), i32, i32)
  },
  'data.drop': (f, at) => {
    data(f, at)
  },
  'memory.copy': (f, at) => {
    const to = addressOf(f, at)
    const from = addressOf(f, at + 1)
    f.pop3(to, from, Math.min(to, from))
  },
  'memory.fill': (f, at) => {
    const address = addressOf(f, at)
    f.pop3(address, i32, address)
  },

  'table.get': (f, at) => {
    f.pop(entryOf(f, at))
    f.push(f.context.tableKinds[f.imm[at]])
  },
  'table.set': (f, at) => {
    const entry = entryOf(f, at)
    f.pop(f.context.tableKinds[f.imm[at]])
    f.pop(entry)
  },
  'table.init': (f, at) => {
    const from = f.context.elementKinds[element(f, at)]
    const entry = entryOf(f, at + 1)
    sameElements(f, from, f.context.tableKinds[f.imm[at + 1]])
    f.pop3(entry, i32, i32)
  },
  'elem.drop': (f, at) => {
    element(f, at)
  },
  'table.copy': (f, at) => {
    const to = entryOf(f, at)
    const from = entryOf(f, at + 1)
    sameElements(f, f.context.tableKinds[f.imm[at + 1]], f.context.tableKinds[f.imm[at]])
    f.pop3(to, from, Math.min(to, from))
  },
  'table.size': (f, at) => f.push(entryOf(f, at)),
  'table.grow': (f, at) => {
    const entry = entryOf(f, at)
    f.pop(entry)
    f.pop(f.context.tableKinds[f.imm[at]])
    f.push(entry)
  },
  'table.fill': (f, at) => {
    const entry = entryOf(f, at)
    f.pop3(entry, f.context.tableKinds[f.imm[at]], entry)
  },
}

/** System calls by number; those that take an address need a memory 0. */
const syscallEffects = new Map(
  syscalls.map(({ number, name, sig }) => {
    const { pops, pushes } = parseSignature(sig)
    const usesMemory = name === 'read' || name === 'write' || name === 'beam_emit'
    return [number, { usesMemory, pops: tagsOf(pops as Kind[]), pushes: tagsOf(pushes as Kind[]) }]
  }),
)

function sameElements(f: FunctionPass, found: number, expected: number): void {
  if (found !== expected) f.fail(`entries of ${kindNames[found]}`, kindNames[expected])
}

/** The rule of each opcode; null where the signature says all. */
export const ruleByCode: readonly (Rule | null)[] = rulesByCode()

function rulesByCode(): (Rule | null)[] {
  const byCode: (Rule | null)[] = new Array(OPCODES).fill(null)
  for (const row of table) {
    if (row.imm.includes('mem')) byCode[row.code] = access
    else if (row.imm.includes('lane')) byCode[row.code] = lane
    else if (row.imm.includes('shuffle')) byCode[row.code] = shuffle
    else byCode[row.code] = rules[row.name] ?? null
  }
  return byCode
}

/** Names of rows that need a rule and have none: none, as a test asserts. */
export const rowsWithoutRule = (): string[] =>
  rowByCode
    .filter((row) => row !== undefined && row.sig === null && ruleByCode[row.code] === null)
    .map((row) => row!.name)
