// A program that uses all that a state can hold, and machines in the middle of it. For tests.
import assert from 'node:assert/strict'
import { hex } from '../../base/bytes.ts'
import { nodeHasher } from '../../host/hasher.ts'
import { assemble } from '../../isa/vasm/assemble.ts'
import { verifyProgram } from '../../isa/verify/verify.ts'
import { invoke } from '../calls.ts'
import type { HostFunction } from '../host-function.ts'
import { instantiate } from '../instantiate.ts'
import { addHostFunction } from '../link.ts'
import { Machine } from '../machine.ts'
import { defaultManifest } from '../manifest.ts'
import { type Engine, run } from '../run.ts'
import { programHash } from '../state/program-hash.ts'
import { rootOf } from '../state/root.ts'

const SOURCE = `
memory 1 max 4
table f 3 max 10 funcref
table e 2 exnref
global g mut i64 = i64.const 5
global h mut f32 = f32.const 1.5
global x mut exnref = ref.null exnref
global v mut v128 = v128.const 0x00000004000000030000000200000001
tag t (i32, f64)
tag u (exnref)
import "host" "note" func note (i32)
import "host" "other" func other ()
elem (ref func) at i32.const 1 = fib note
elem passive (ref func) = fib note
data passive = "abc"
func fib export (n: i32) -> i32
  local unused: i64, kept: i64
  i64.const -77
  local.set unused
  i64.const 12
  local.set kept
  i32.const 8
  local.get n
  i64.extend_i32_u
  i64.store
  local.get n
  i32.const 2
  i32.lt_s
  jump_unless rec
  local.get n
  return
rec: []
  local.get n
  i32.const 1
  i32.sub
  i32.const 1
  call_indirect (i32) -> i32
  local.get n
  i32.const 2
  i32.sub
  call fib
  i32.add
  local.get kept
  global.set g
  return
end
func thrower (i32)
  local.get 0
  i32.eqz
  jump_unless more
  i32.const 3
  f64.const 0.5
  throw t
more: []
  local.get 0
  i32.const 1
  i32.sub
  call thrower
  return
end
func catching export (n: i32) -> i32
  handle from..to ref -> caught
from:
  local.get n
  call thrower
to:
  i32.const 0
  return
caught: [exnref]
  global.set x
  i32.const 1
  global.get x
  table.set e
  local.get n
  call note
  i32.const 7
  return
end
`

const noteKinds = { params: [1 as const], results: [] }
export const hosts: Record<string, HostFunction> = {
  'host.note': { name: 'host.note', ...noteKinds, call: () => 'done' },
  'host.other': { name: 'host.other', params: [], results: [], call: () => 'done' },
  'host.waits': { name: 'host.waits', ...noteKinds, call: () => 'wait' },
}
export const resolve = (name: string): HostFunction | null => hosts[name] ?? null

const program = assemble(SOURCE)
verifyProgram(program)
const hash = programHash(program, nodeHasher)

export function machineOf(prepare: (m: Machine) => void = () => {}): Machine {
  const m = new Machine(defaultManifest)
  prepare(m)
  instantiate(m, program, hash, (wanted) => ({
    kind: 'func',
    fn: addHostFunction(m, hosts[`${wanted.module}.${wanted.name}`]),
  }))
  return m
}

export function start(m: Machine, name: string, argument: number): void {
  const instance = m.store.instances[1]
  const found = program.exports.find((entry) => entry.name === name)
  assert.ok(found !== undefined)
  invoke(m, instance.functions[found.index], [BigInt(argument)])
}

export const running = (ticks: number, name = 'fib', engine: Engine = 'auto'): Machine => {
  const m = machineOf()
  start(m, name, 9)
  run(m, ticks, null, engine)
  return m
}
export const root = (m: Machine): string => hex(rootOf(m, nodeHasher))
