// A module with one function that leaves at once: it stands in a mirrored table for a function that
// compiled code does not call itself.

import type { Program } from '../isa/program.ts'
import { type Kind, Kinds } from '../isa/types.ts'
import { emptyProgram } from '../machine/wall-instance.ts'
import { CodeWriter } from './code-writer.ts'
import { Draft, type Places, ProgramShape } from './draft.ts'
import { stub } from './emit.ts'
import { HostType } from './host-types.ts'
import { codeSection, customs, finish, head } from './sections.ts'
import { plainVariant } from './variant.ts'

export function emitStub(
  params: readonly Kind[],
  results: readonly Kind[],
): Uint8Array<ArrayBuffer> {
  const numeric = (kinds: readonly Kind[]): Kind[] =>
    kinds.map((kind) => (kind > Kinds.v128 ? Kinds.i64 : kind))
  const type = {
    params: numeric(params),
    results: numeric(results),
    groupStart: 0,
    groupSize: 1,
    final: true,
    super: -1,
  }
  const program: Program = {
    ...emptyProgram,
    types: [type],
    imports: [{ module: '', name: '', extern: { kind: 'func', type: 0 } }],
  }
  const places: Places = {
    wall: -1,
    raise: -1,
    grow: -1,
    make: -1,
    firstFunction: 0,
    firstExit: 1,
    all: 0,
    made: 0,
    contextMemory: 0,
    instanceGlobal: -1,
    sitesGlobal: 0,
    firstTag: 1,
    firstGlobal: 1,
  }
  const draft = new Draft(new ProgramShape(program), plainVariant, places)
  const code = stub(draft, 0)
  const own = draft.guestType(0)
  const body = new CodeWriter(256)
  body.section(2, (to) => {
    to.uleb(2)
    to.name('vac')
    to.name('context')
    to.u8(2)
    to.u8(0)
    to.u8(0)
    to.name('vac')
    to.name('sites')
    to.u8(3)
    to.u8(HostType.i32)
    to.u8(0)
  })
  body.section(3, (to) => {
    to.uleb(1 + draft.exitCount)
    to.uleb(own)
    for (let exit = 0; exit < draft.exitCount; exit++) to.uleb(draft.exitType(exit))
  })
  body.section(7, (to) => {
    to.uleb(1)
    to.name('stub')
    to.u8(0)
    to.uleb(0)
  })
  codeSection(body, draft, [code])
  customs(body, draft, [])
  return finish(head(), body, draft)
}
