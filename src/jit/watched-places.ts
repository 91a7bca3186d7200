// Places that are watched. A function that has some gets other bodies, in a module of their own,
// which stop or note before such an instruction. The main module's body goes to them first thing
// where a flag says so; entries go through the table of all functions, in which the other body
// stands.
import type { Body } from './body.ts'
import { memoryArgument } from './memory-code.ts'
import { noteFuel } from './watching.ts'

/** At a function's entry: calls the other body in place of this one, where there is one. */
export function toOtherBody(body: Body): void {
  const { draft, out, source } = body
  const { places, shape, variant } = draft
  if (variant.watching?.places !== true || source.places.size > 0) return
  body.i32(0)
  out.u8(0x2d)
  memoryArgument(out, body.context + 1, source.fn, 0)
  body.unlikely(() => {
    const params = shape.params[source.def.type].length
    for (let local = 0; local < params + 2; local++) out.op1(0x20, local)
    body.i32(source.fn)
    out.op1(0x13, draft.guestType(source.def.type))
    out.uleb(places.all)
  })
}

/** Before the instruction at pc, which stands at a place if one is watched there. */
export function watchPlace(body: Body, pc: number): void {
  if (!body.source.places.has(pc)) return
  if (body.draft.variant.watching?.does === 'note') return noteFuel(body)
  body.operands.flush()
  body.i32(1)
  body.if(() => body.exitAt(pc))
}
