// Cuts a module into its sections and checks what needs no look inside: preamble, sizes, order,
// counts.
import { malformed, overLimit, unsupported } from './failures.ts'
import { wasmLimits } from './module.ts'
import { WasmReader } from './reader.ts'

export const SectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const

/** The order that known sections keep; each stands at most once, custom ones anywhere. */
const order: readonly number[] = [
  SectionId.type,
  SectionId.import,
  SectionId.function,
  SectionId.table,
  SectionId.memory,
  SectionId.tag,
  SectionId.global,
  SectionId.export,
  SectionId.start,
  SectionId.element,
  SectionId.dataCount,
  SectionId.code,
  SectionId.data,
]

/** A known section by the offsets of its contents, or a custom one with its name and bytes. */
export interface Sections {
  readonly known: ReadonlyMap<number, { readonly start: number; readonly end: number }>
  readonly customs: readonly CustomSection[]
}
export interface CustomSection {
  readonly name: string
  readonly bytes: Uint8Array
}

const magic = 0x6d73_6100
/** The lower half is the version, the upper one the layer: 0 for core modules, 1 for components. */
const coreVersion = 0x0000_0001
const componentVersion = 0x0001_000d

function readPreamble(reader: WasmReader): void {
  for (let shift = 0; shift < 32; shift += 8) {
    const at = reader.at
    if (reader.done) reader.fail('unexpected end: magic header not detected', '\\0asm')
    if (reader.u8() !== ((magic >>> shift) & 0xff)) {
      reader.fail('magic header not detected', '\\0asm', at)
    }
  }
  if (reader.left < 4) reader.fail('unexpected end: unknown binary version', 'version 1')
  const at = reader.at
  const version = reader.word32()
  if (version === componentVersion) {
    unsupported(at, 'a component', 'extract its core module, or compile to a core module')
  }
  if (version !== coreVersion) reader.fail(`${version}: unknown binary version`, 'version 1', at)
}

export function splitSections(bytes: Uint8Array): Sections {
  if (bytes.length > wasmLimits.moduleBytes) {
    overLimit(0, 'bytes', bytes.length, wasmLimits.moduleBytes)
  }
  const reader = new WasmReader(bytes)
  readPreamble(reader)
  const known = new Map<number, { start: number; end: number }>()
  const customs: CustomSection[] = []
  let place = -1
  while (!reader.done) {
    const at = reader.at
    const id = reader.u8()
    if (id > SectionId.tag) reader.fail(`${id}: malformed section id`, 'at most 13', at)
    const sizeBytes = reader.u32()
    const start = reader.at
    reader.raw(sizeBytes)
    const end = reader.at
    if (id === SectionId.custom) {
      const custom = new WasmReader(bytes, start, end)
      customs.push({ name: custom.name(), bytes: custom.raw(custom.left) })
      continue
    }
    const next = order.indexOf(id)
    if (next <= place) {
      const expected = 'each section once and in order'
      reader.fail(`section ${id}: unexpected content after last section`, expected, at)
    }
    place = next
    known.set(id, { start, end })
  }
  const sections = { known, customs }
  checkCounts(bytes, sections)
  return sections
}

/** A reader over a known section's contents, or null where the module has none. */
export function openSection(bytes: Uint8Array, sections: Sections, id: number): WasmReader | null {
  const range = sections.known.get(id)
  return range === undefined ? null : new WasmReader(bytes, range.start, range.end)
}

/** Functions and bodies must agree in number, and the data count with the data segments. */
function checkCounts(bytes: Uint8Array, sections: Sections): void {
  const count = (id: number): number => openSection(bytes, sections, id)?.u32() ?? 0
  const place = (id: number): number => sections.known.get(id)?.start ?? bytes.length
  const functions = count(SectionId.function)
  const bodies = count(SectionId.code)
  if (functions !== bodies) {
    const found = 'function and code section have inconsistent lengths'
    malformed(place(SectionId.code), `${found} (${bodies} bodies)`, `${functions} bodies`)
  }
  if (!sections.known.has(SectionId.dataCount)) return
  const declared = count(SectionId.dataCount)
  const segments = count(SectionId.data)
  if (declared !== segments) {
    const found = 'data count and data section have inconsistent lengths'
    malformed(place(SectionId.data), `${found} (${segments} segments)`, `${declared} segments`)
  }
}
