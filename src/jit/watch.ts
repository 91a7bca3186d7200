// What the variants do at accesses of memory.
import type { Access } from '../isa/row.ts'
import type { Body } from './body.ts'
import type { Value } from './operands.ts'
import type { Variant } from './variant.ts'

/** Does a variant look at accesses of this sort? */
export function watches({ watch }: Variant, access: Access): boolean {
  if (watch === 'stop') return true
  return access.does === 'store' && (watch === 'note' || watch === 'index')
}

export function watchAccess(
  _body: Body,
  _pc: number,
  _at: number,
  _access: Access,
  _address: Value,
): void {}

export function watchBulk(
  _body: Body,
  _pc: number,
  _memory: number,
  _target: Value,
  _size: Value,
): void {}
