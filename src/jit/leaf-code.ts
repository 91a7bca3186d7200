// The code of leaves, as functions of the host with the guest's own types.
import { assert } from '../base/errors.ts'
import { Body } from './body.ts'
import type { CodeWriter } from './code-writer.ts'
import type { Draft } from './draft.ts'
import { emitInstruction } from './instructions.ts'
import { leavesCalled } from './leaves.ts'
import { sourceOf } from './plan.ts'

/** Each module has the leaves that its bodies call. */
export function addLeaves(draft: Draft, caller: number): void {
  const { shape, variant } = draft
  for (const fn of leavesCalled(shape, variant, caller)) {
    draft.addLeaf(fn, () => emitLeaf(draft, fn - shape.importedFunctions))
  }
}

function emitLeaf(draft: Draft, defined: number): CodeWriter {
  const source = sourceOf(draft.shape, draft.variant, defined, false, [])
  const body = new Body(draft, source, false, true)
  const { length } = source.def.code.op
  for (let pc = 0; pc < length; pc++) emitInstruction(body, pc)
  const code = body.finish()
  assert(code !== null, 'a leaf is short')
  return code
}
