// Images as bytes: what differs from a base (spec/checkpoint.md).
import { ByteReader, ByteWriter, sameBytes } from '../../base/bytes.ts'
import { HASH_BYTES } from '../../base/hasher.ts'
import { bytesOfKey, type PageKey, pageKey } from '../../memory/vault.ts'
import type { FarImage, FilesImage, Image, InodeImage, MemoryImage, PageKeys } from './image.ts'
import {
  failAt,
  readCount,
  readFlag,
  readIndex,
  type SectionName,
  sections,
} from './state-format.ts'
import { readLimits, writeLimits } from './state-values.ts'

const nothing = (): PageKeys => new Map()
const sectionNames = Object.keys(sections) as SectionName[]
/** What became of a page. */
const GONE = 0
const FIRST = 1
const KEYED = 2

export function encodeImage(image: Image, base: Image): Uint8Array {
  const out = new ByteWriter()
  out.uleb(image.tick)
  writeSections(out, image, base)
  out.uleb(image.memories.length)
  image.memories.forEach(({ limits, sizePages, pages }, at) => {
    writeLimits(out, limits)
    out.uleb(sizePages)
    writePages(out, pages, base.memories[at]?.pages ?? nothing())
  })
  out.uleb(image.far.length)
  image.far.forEach(({ sizeBytes, pages }, at) => {
    out.uleb(sizeBytes - 1n)
    writePages(out, pages, base.far[at]?.pages ?? nothing())
  })
  out.u8(image.files === null ? 0 : 1)
  if (image.files !== null) writeFiles(out, image.files, base.files)
  return out.take()
}

function writeSections(out: ByteWriter, image: Image, base: Image): void {
  const names = sectionNames.filter((name) => {
    const [bytes, before] = [image.sections.get(name), base.sections.get(name)]
    return !sameBytes(bytes ?? new Uint8Array(0), before ?? new Uint8Array(0))
  })
  out.uleb(names.length)
  for (const name of names) {
    out.u8(sections[name])
    out.blob(image.sections.get(name) ?? new Uint8Array(0))
  }
}

function writePages(out: ByteWriter, pages: PageKeys, base: PageKeys): void {
  const changed = [...pages].filter(([number, key]) => base.get(number) !== key)
  const gone = [...base.keys()].filter((number) => !pages.has(number))
  const all: [number, PageKey | null | undefined][] = [
    ...changed,
    ...gone.map((number): [number, undefined] => [number, undefined]),
  ]
  all.sort(([a], [b]) => a - b)
  out.uleb(all.length)
  let last = 0
  for (const [number, key] of all) {
    out.uleb(number - last)
    out.u8(key === undefined ? GONE : key === null ? FIRST : KEYED)
    if (typeof key === 'string') out.raw(bytesOfKey(key))
    last = number
  }
}

function writeFiles(out: ByteWriter, files: FilesImage, base: FilesImage | null): void {
  out.uleb(files.limits.bytes)
  out.uleb(files.limits.inodes)
  out.uleb(files.nextInode)
  const before = base?.inodes ?? new Map<number, InodeImage>()
  const gone = [...before.keys()].filter((number) => !files.inodes.has(number))
  writeNumbers(out, gone, () => {})
  const changed = [...files.inodes].filter(
    ([number, inode]) => !sameInode(inode, before.get(number)),
  )
  writeNumbers(
    out,
    changed.map(([number]) => number),
    (number) => {
      const { head, pages } = files.inodes.get(number) as InodeImage
      out.blob(head)
      out.u8(pages === null ? 0 : 1)
      if (pages !== null) writePages(out, pages, before.get(number)?.pages ?? nothing())
    },
  )
}

function writeNumbers(
  out: ByteWriter,
  numbers: readonly number[],
  write: (number: number) => void,
): void {
  out.uleb(numbers.length)
  let last = 0
  for (const number of numbers) {
    out.uleb(number - last)
    write(number)
    last = number
  }
}

function sameInode(a: InodeImage, b: InodeImage | undefined): boolean {
  if (b === undefined || !sameBytes(a.head, b.head)) return false
  if (a.pages === null || b.pages === null) return a.pages === b.pages
  const { pages } = b
  return a.pages.size === pages.size && [...a.pages].every(([at, key]) => pages.get(at) === key)
}

/** Errors: RECORDING_DAMAGED. `base`: the image that it was written against. */
export function decodeImage(bytes: Uint8Array, base: Image): Image {
  const from = new ByteReader(bytes, 'RECORDING_DAMAGED')
  const tick = from.uleb()
  const parts = readSections(from, base)
  const memories: MemoryImage[] = []
  for (let at = 0, left = readCount(from, 'memories', 4); at < left; at++) {
    const { size, ...limits } = readLimits(from)
    const pages = readPages(from, base.memories[at]?.pages ?? nothing(), size)
    memories.push({ limits, sizePages: size, pages })
  }
  const far: FarImage[] = []
  for (let at = 0, left = readCount(from, 'far shards', 2); at < left; at++) {
    const sizeBytes = from.ulebBig() + 1n
    far.push({ sizeBytes, pages: readPages(from, base.far[at]?.pages ?? nothing(), 2 ** 48) })
  }
  const files = readFlag(from, 'files') ? readFiles(from, base.files) : null
  if (from.left > 0) from.fail(`${from.left} bytes more`, 'the end of the image')
  return { tick, sections: parts, memories, far, files }
}

function readSections(from: ByteReader, base: Image): Map<SectionName, Uint8Array> {
  const parts = new Map(base.sections)
  for (let left = readCount(from, 'sections', 2); left > 0; left--) {
    const at = from.at
    const id = from.u8()
    const name = sectionNames.find((each) => sections[each] === id)
    if (name === undefined) failAt(from, at, `section ${id}`, 'a section of this version')
    parts.set(name, from.blob().slice())
  }
  return parts
}

function readPages(from: ByteReader, base: PageKeys, limit: number): PageKeys {
  const pages = new Map(base)
  let number = 0
  for (let left = readCount(from, 'pages', 2); left > 0; left--) {
    const at = from.at
    number += from.uleb()
    if (number >= limit) failAt(from, at, `page ${number}`, `below ${limit}`)
    const what = readIndex(from, 3, 'a page that is')
    if (what === GONE) pages.delete(number)
    else pages.set(number, what === FIRST ? null : pageKey(from.raw(HASH_BYTES)))
  }
  return pages
}

function readFiles(from: ByteReader, base: FilesImage | null): FilesImage {
  const limits = { bytes: from.uleb(), inodes: from.uleb() }
  const nextInode = from.uleb()
  const inodes = new Map(base?.inodes)
  let number = 0
  for (let left = readCount(from, 'inodes'); left > 0; left--) {
    number += from.uleb()
    inodes.delete(number)
  }
  number = 0
  for (let left = readCount(from, 'inodes', 3); left > 0; left--) {
    number += from.uleb()
    const head = from.blob().slice()
    const own = readFlag(from, 'pages')
    const before = inodes.get(number)?.pages ?? nothing()
    inodes.set(number, { head, pages: own ? readPages(from, before, 2 ** 48) : null })
  }
  // A table by inode number: the order of a map is that of its making.
  const ascending = [...inodes].sort(([a], [b]) => a - b)
  return { limits, nextInode, inodes: new Map(ascending) }
}
