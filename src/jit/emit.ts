// Emits modules of the host: the main module of a program, with a plain body of every function, and
// modules with one resumable body.
import { type Kind, Kinds, wordsOf } from '../isa/types.ts'
import { Body, type BodySource } from './body.ts'
import { CodeWriter } from './code-writer.ts'
import { emitNodes } from './control.ts'
import { Draft, type ProgramShape } from './draft.ts'
import { emitExit, type Kept } from './exits.ts'
import { HostType, hostLimits, hostType, OverHostLimit } from './host-types.ts'
import { globalSection, globalTypes, IMPORTED_FUNCTIONS, imports, placesOf } from './imports.ts'
import { addLeaves } from './leaf-code.ts'
import { entriesOf, sourceOf } from './plan.ts'
import {
  BODIES_SECTION,
  codeSection,
  customs,
  emptyOnes,
  finish,
  functionSection,
  head,
  numbers,
} from './sections.ts'
import { SiteKind, SlotForm } from './sites.ts'
import { SHARED_TAIL_BYTES } from './tails.ts'
import { enterBody, globalsBody, makerBody, putBody } from './trampolines.ts'
import type { Variant } from './variant.ts'

/** The main module's export of a resumable body. */
export const resumeName = (fn: number): string => `resume${fn}`

/** A body's code; null: the host cannot take it. */
function emitBody(draft: Draft, source: BodySource): CodeWriter | null {
  const sites = draft.sites.count
  const code = emit(new Body(draft, source, false))
  if (code === null || code.length <= SHARED_TAIL_BYTES) return code
  draft.sites.cut(sites)
  return emit(new Body(draft, source, true))
}

function emit(body: Body): CodeWriter | null {
  body.begin()
  emitNodes(body)
  return body.finish()
}

/** A body of one function; null: the host cannot take it. */
function bodyOf(
  draft: Draft,
  defined: number,
  resumes: boolean,
  places: readonly number[] = [],
): CodeWriter | null {
  const sites = draft.sites.count
  try {
    const { shape, variant } = draft
    const source = sourceOf(shape, variant, defined, resumes, places)
    if (source.reserve !== null) addLeaves(draft, defined)
    const code = emitBody(draft, source)
    if (code !== null) return code
  } catch (error) {
    if (!(error instanceof OverHostLimit)) throw error
  }
  draft.sites.cut(sites)
  return null
}

/** A function that is not compiled here: it leaves at its entry. */
export function stub(draft: Draft, fn: number): CodeWriter {
  const { shape } = draft
  const type = shape.functionTypes[fn]
  const out = new CodeWriter(64)
  out.uleb(0)
  let word = 0
  const values = shape.paramKinds[type].map((kind: Kind, local): Kept => {
    const form = kind === Kinds.v128 ? SlotForm.vector : SlotForm.word
    const slot = word * 8 + form
    word += wordsOf(kind)
    return { type: hostType(kind), slot, read: () => out.op1(0x20, local), local }
  })
  const leaving = { kind: SiteKind.entry, fn, pc: 0, resultWords: 0 }
  const results = [...shape.results[type], HostType.i32]
  emitExit(draft, out, leaving, values, () => out.op1(0x20, values.length), results)
  out.u8(0x0b)
  return out
}

const tooWide = (shape: ProgramShape, type: number): boolean =>
  shape.params[type].length + 2 > hostLimits.values ||
  shape.results[type].length + 1 > hostLimits.values

/** What the main module of a small program has more. */
export interface MoreOfMain {
  /** Functions whose resumable bodies it exports, so far as the host can take them. */
  readonly resumed: readonly number[]
  /** Does it get so many empty functions that the host inlines more? */
  readonly padded: boolean
}
const nothingMore: MoreOfMain = { resumed: [], padded: false }

/** The main module, with all bodies. */
export function emitProgram(
  shape: ProgramShape,
  variant: Variant,
  more: MoreOfMain = nothingMore,
): Uint8Array<ArrayBuffer> {
  return drain(emitMain(shape, variant, () => true, more))
}

/** Takes all steps at once. */
export function drain<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/**
 * The main module, a function a step. Where a function `has` no body in it, one stands for it that
 * has the body made at the first call.
 */
export function* emitMain(
  shape: ProgramShape,
  variant: Variant,
  has: (fn: number) => boolean,
  { resumed, padded }: MoreOfMain = nothingMore,
): Generator<void, Uint8Array<ArrayBuffer>> {
  const functions = shape.functionTypes.length
  const types = shape.program.types.length
  const tables = shape.wideTables.length
  const trampolines = types + 3 + tables
  const first = IMPORTED_FUNCTIONS
  const firstResume = first + functions + trampolines
  const firstExit = firstResume + resumed.length
  const places = placesOf(shape, { firstFunction: first, firstExit })
  const draft = new Draft(shape, variant, places)
  const left: number[] = []
  const bodies: number[] = []
  let lazy = false
  const codes: CodeWriter[] = []
  const typeOf: number[] = []
  const nothing = draft.type([], [])
  for (let fn = 0; fn < functions; fn++) {
    const type = shape.functionTypes[fn]
    const defined = fn - shape.importedFunctions
    const wide = tooWide(shape, type)
    let code: CodeWriter | null = null
    if (defined >= 0 && !wide) {
      if (has(fn)) {
        yield
        code = bodyOf(draft, defined, false)
        bodies.push(fn)
      } else {
        lazy = true
        code = makerBody(draft, fn)
      }
    }
    if (code === null && defined >= 0) left.push(fn)
    codes.push(code ?? (wide ? trap() : stub(draft, fn)))
    typeOf.push(wide ? nothing : draft.guestType(type))
  }
  const enterType = draft.type([HostType.i32, HostType.i32, HostType.i32], [HostType.i32])
  for (let type = 0; type < types; type++) {
    const wide = tooWide(shape, type)
    codes.push(wide ? trap() : enterBody(draft, type))
    typeOf.push(wide ? nothing : enterType)
  }
  for (const does of ['init', 'in', 'out'] as const) codes.push(globalsBody(draft, does))
  typeOf.push(nothing, nothing, nothing)
  const putType = draft.type([HostType.i32, HostType.i32], [])
  for (let table = 0; table < tables; table++) {
    codes.push(putBody(draft, table))
    typeOf.push(putType)
  }
  const resumes: { readonly name: string; readonly index: number }[] = []
  for (const [at, fn] of resumed.entries()) {
    yield
    const code = bodyOf(draft, fn - shape.importedFunctions, true)
    if (code !== null) resumes.push({ name: resumeName(fn), index: firstResume + at })
    codes.push(code ?? trap())
    typeOf.push(code === null ? nothing : enterType)
  }
  const out = head()
  const body = new CodeWriter(1 << 20)
  body.section(2, (to) => imports(to, draft, true))
  const empty = padded ? emptyOnes(codes, draft) : 0
  functionSection(body, draft, typeOf, empty)
  body.section(4, (to) => {
    to.uleb(2)
    for (let table = 0; table < 2; table++) {
      to.u8(0x70)
      to.u8(0)
      to.uleb(table === 0 || lazy ? functions : 0)
    }
  })
  const globals = globalTypes(draft)
  body.section(6, (to) => globalSection(to, globals))
  body.section(7, (to) => {
    to.uleb(2 + types + 3 + tables + globals.length + resumes.length)
    const add = (name: string, kind: number, index: number): void => {
      to.name(name)
      to.u8(kind)
      to.uleb(index)
    }
    add('all', 1, tables)
    add('made', 1, tables + 1)
    for (let type = 0; type < types; type++) add(`enter${type}`, 0, first + functions + type)
    const next = first + functions + types
    add('init', 0, next)
    add('in', 0, next + 1)
    add('out', 0, next + 2)
    for (let table = 0; table < tables; table++) add(`put${table}`, 0, next + 3 + table)
    globals.forEach((_, global) => {
      add(`g${global}`, 3, places.firstGlobal + global)
    })
    for (const { name, index } of resumes) add(name, 0, index)
  })
  body.section(9, (to) => {
    to.uleb(1)
    to.uleb(2)
    to.uleb(tables)
    to.u8(0x41)
    to.u8(0)
    to.u8(0x0b)
    to.u8(0)
    to.uleb(functions)
    for (let fn = 0; fn < functions; fn++) to.uleb(places.firstFunction + fn)
  })
  codeSection(body, draft, codes, empty)
  customs(body, draft, left)
  if (lazy) numbers(body, BODIES_SECTION, bodies)
  return finish(out, body, draft)
}

/**
 * A module with the resumable body of a function, as `resume`, if it has loops; null: the host
 * cannot take it. Where `places` of it are watched, their pcs, also with a body that stands in for
 * the main module's, as `body`.
 */
export function emitResumable(
  shape: ProgramShape,
  variant: Variant,
  fn: number,
  places: readonly number[] = [],
): Uint8Array<ArrayBuffer> | null {
  const defined = fn - shape.importedFunctions
  const names = [
    ...(entriesOf(shape, defined).length > 0 ? ['resume'] : []),
    ...(places.length > 0 ? ['body'] : []),
  ]
  const firstExit = IMPORTED_FUNCTIONS + names.length
  const draft = new Draft(shape, variant, placesOf(shape, { firstFunction: -1, firstExit }))
  const resumeType = draft.type([HostType.i32, HostType.i32, HostType.i32], [HostType.i32])
  const codes: CodeWriter[] = []
  for (const name of names) {
    const code = bodyOf(draft, defined, name === 'resume', places)
    if (code === null) return null
    codes.push(code)
  }
  const bodyType = draft.guestType(shape.functionTypes[fn])
  const types = names.map((name) => (name === 'resume' ? resumeType : bodyType))
  const body = new CodeWriter()
  body.section(2, (to) => imports(to, draft, false))
  functionSection(body, draft, types)
  body.section(7, (to) => {
    to.uleb(names.length)
    names.forEach((name, at) => {
      to.name(name)
      to.u8(0)
      to.uleb(IMPORTED_FUNCTIONS + at)
    })
  })
  codeSection(body, draft, codes)
  customs(body, draft, [])
  return finish(head(), body, draft)
}

/**
 * A module with the plain bodies of some functions, which it puts into the tables of the main one.
 */
export function emitBatch(
  shape: ProgramShape,
  variant: Variant,
  batch: readonly number[],
): Uint8Array<ArrayBuffer> {
  const firstExit = IMPORTED_FUNCTIONS + batch.length
  const draft = new Draft(shape, variant, placesOf(shape, { firstFunction: -1, firstExit }))
  const left: number[] = []
  const codes = batch.map((fn) => {
    const code = bodyOf(draft, fn - shape.importedFunctions, false)
    if (code === null) left.push(fn)
    return code ?? stub(draft, fn)
  })
  const body = new CodeWriter(1 << 14)
  body.section(2, (to) => imports(to, draft, false))
  const typeOf = batch.map((fn) => draft.guestType(shape.functionTypes[fn]))
  functionSection(body, draft, typeOf)
  body.section(9, (to) => {
    to.uleb(2 * batch.length)
    batch.forEach((fn, at) => {
      for (const table of [draft.places.all, draft.places.made]) {
        to.uleb(2)
        to.uleb(table)
        to.u8(0x41)
        to.sleb(fn)
        to.u8(0x0b)
        to.u8(0)
        to.uleb(1)
        to.uleb(IMPORTED_FUNCTIONS + at)
      }
    })
  })
  codeSection(body, draft, codes)
  customs(body, draft, left)
  numbers(body, BODIES_SECTION, batch)
  return finish(head(), body, draft)
}

function trap(): CodeWriter {
  const out = new CodeWriter(4)
  out.uleb(0)
  out.u8(0x00)
  out.u8(0x0b)
  return out
}
