// Mutations: of bytes, of the sections that modules and Atom programs are made of, and of text.
import type { Random } from './random.ts'

type Bytes = Uint8Array
type Other = () => Bytes

const LARGEST_BYTES = 200_000
const edges = [0, 1, 2, 0x7f, 0x80, 0xff, 0x40, 0x0b, 0xfb, 0xfc, 0xfd, 0xfe]
const counts = [0, 1, 2, 127, 128, 1000, 65535, 65536, 100_000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]

const join = (...parts: readonly Bytes[]): Bytes => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function leb(value: number): Bytes {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

/** A piece of at most `most` bytes: where it starts and ends. */
function piece(r: Random, bytes: Bytes, most: number): [number, number] {
  const from = r.below(bytes.length + 1)
  return [from, Math.min(bytes.length, from + r.below(most + 1))]
}

function inPlace(r: Random, bytes: Bytes, change: (byte: number) => number): Bytes {
  const copy = bytes.slice()
  if (copy.length === 0) return copy
  for (let n = r.pick([1, 1, 2, 8]); n > 0; n--) {
    const at = r.below(copy.length)
    copy[at] = change(copy[at])
  }
  return copy
}

/** Replaces the bytes of [from, to). */
const replaced = (bytes: Bytes, from: number, to: number, by: Bytes): Bytes =>
  join(bytes.subarray(0, from), by, bytes.subarray(to))

const byteMutations: readonly ((r: Random, bytes: Bytes, other: Other) => Bytes)[] = [
  (r, bytes) => inPlace(r, bytes, (byte) => byte ^ (1 << r.below(8))),
  (r, bytes) => inPlace(r, bytes, () => r.pick(edges)),
  (r, bytes) => inPlace(r, bytes, () => r.below(256)),
  (r, bytes) => inPlace(r, bytes, (byte) => byte + r.pick([-1, 1])),
  (r, bytes) => bytes.slice(0, r.below(bytes.length + 1)),
  (r, bytes) => {
    const [from, to] = piece(r, bytes, 40)
    return replaced(bytes, from, to, new Uint8Array(0))
  },
  (r, bytes) => {
    const [from, to] = piece(r, bytes, 40)
    const times = r.pick([1, 2, 10, 400])
    const copies = Array.from({ length: times }, () => bytes.subarray(from, to))
    return replaced(bytes, to, to, join(...copies))
  },
  (r, bytes, other) => {
    const from = other()
    const [start, end] = piece(r, from, 60)
    const [at, to] = piece(r, bytes, r.pick([0, 60]))
    return replaced(bytes, at, to, from.subarray(start, end))
  },
  // A number of LEB128, replaced or put in.
  (r, bytes) => {
    const at = r.below(bytes.length + 1)
    let to = at
    while (to < bytes.length && bytes[to] >= 0x80) to++
    return replaced(bytes, at, r.chance(0.8) ? to + 1 : at, leb(r.pick(counts)))
  },
  // The same number in more bytes than it needs.
  (r, bytes) => {
    const at = r.below(bytes.length)
    if (bytes.length === 0 || bytes[at] > 0x7f) return bytes
    return replaced(bytes, at, at + 1, Uint8Array.of(bytes[at] | 0x80, ...r.pick([[0], [0x80, 0]])))
  },
]

interface Section {
  readonly id: number
  readonly body: Bytes
}

/**
 * Sections behind eight bytes of magic and version: id, length, body; null where they do not add
 * up.
 */
function sectionsOf(bytes: Bytes): Section[] | null {
  const found: Section[] = []
  let at = 8
  while (at < bytes.length) {
    const id = bytes[at++]
    let length = 0
    for (let scale = 1; ; scale *= 128) {
      if (at >= bytes.length || scale > 2 ** 28) return null
      const byte = bytes[at++]
      length += (byte & 0x7f) * scale
      if (byte < 0x80) break
    }
    if (at + length > bytes.length) return null
    found.push({ id, body: bytes.subarray(at, at + length) })
    at += length
  }
  return found
}

const withSections = (bytes: Bytes, list: readonly Section[]): Bytes =>
  join(
    bytes.subarray(0, 8),
    ...list.flatMap(({ id, body }) => [Uint8Array.of(id), leb(body.length), body]),
  )

/** Changes whole sections, or the inside of one, whose length is then made right. */
function mutateSections(r: Random, bytes: Bytes, other: Other): Bytes | null {
  const list = sectionsOf(bytes)
  if (list === null || list.length === 0) return null
  const at = r.below(list.length)
  switch (r.below(9)) {
    case 0:
      list.splice(at, 1)
      break
    case 1:
      list.splice(r.below(list.length + 1), 0, list[at])
      break
    case 2: {
      const to = r.below(list.length)
      ;[list[at], list[to]] = [list[to], list[at]]
      break
    }
    case 3: {
      const foreign = sectionsOf(other())
      if (foreign === null || foreign.length === 0) return null
      const taken = r.pick(foreign)
      const same = list.findIndex(({ id }) => id === taken.id)
      list.splice(same < 0 ? at : same, same < 0 ? 0 : 1, taken)
      break
    }
    default: {
      // The longest is the code, mostly.
      const longest = list.reduce(
        (best, one, i) => (one.body.length > list[best].body.length ? i : best),
        0,
      )
      const which = r.chance(0.6) ? longest : at
      const body = r.pick(byteMutations)(r, list[which].body, other)
      list[which] = { id: list[which].id, body }
    }
  }
  return withSections(bytes, list)
}

export function mutateBytes(r: Random, start: Bytes, other: Other): Bytes {
  let bytes = start
  for (let n = r.pick([1, 1, 1, 2, 5]); n > 0; n--) {
    const structured = r.chance(0.7) ? mutateSections(r, bytes, other) : null
    bytes = structured ?? r.pick(byteMutations)(r, bytes, other)
    if (bytes.length > LARGEST_BYTES) bytes = bytes.slice(0, LARGEST_BYTES)
  }
  return bytes
}

const words = [
  '0 1 -1 0x7fffffff 4294967296 -9223372036854775808 18446744073709551616 99999999999',
  '1e999 nan nan:0x1 inf 0x1p-149 " "\\u{110000}" "\\ff" ; : -> = ( ) [] [i32] [v128 exnref]',
  'i32 v128 funcref func end local label handler jump jump_table call type rec sub global mut',
  'memory table elem data max wide at passive declared export import start catch keep',
  'i32.const i32.add local.get $x x y mem0',
].flatMap((line) => line.split(' '))

const textMutations: readonly ((r: Random, lines: string[], other: () => string[]) => void)[] = [
  (r, lines) => void lines.splice(r.below(lines.length), 1),
  (r, lines) => void lines.splice(r.below(lines.length), 0, r.pick(lines)),
  (r, lines) => {
    const at = r.below(lines.length)
    const to = r.below(lines.length)
    ;[lines[at], lines[to]] = [lines[to], lines[at]]
  },
  (r, lines, other) => {
    const from = other()
    const start = r.below(from.length)
    lines.splice(r.below(lines.length), r.below(3), ...from.slice(start, start + r.below(8)))
  },
  (r, lines) => {
    const at = r.below(lines.length)
    lines.splice(at, 0, ...Array<string>(r.pick([10, 300])).fill(lines[at]))
  },
  ...Array.from({ length: 4 }, () => (r: Random, lines: string[]): void => {
    const at = r.below(lines.length)
    const tokens = lines[at].split(/(?<=\s)|(?=\s)/)
    const token = r.below(tokens.length)
    const way = r.below(5)
    if (way === 0) tokens.splice(token, 1)
    else if (way === 1) tokens.splice(token, 0, r.pick(words), ' ')
    else tokens[token] = r.pick(words)
    lines[at] = tokens.join('')
  }),
  (r, lines) => {
    const at = r.below(lines.length)
    const cut = r.below(lines[at].length + 1)
    const odd = String.fromCodePoint(r.pick([0, 9, 13, 34, 40, 59, 92, 0xa0, 0xfeff, 0x1f600]))
    lines[at] = lines[at].slice(0, cut) + odd + lines[at].slice(cut + r.below(2))
  },
]

export function mutateText(r: Random, start: string, other: () => string): string {
  const lines = start.split('\n')
  for (let n = r.pick([1, 1, 1, 2, 6]); n > 0 && lines.length > 0; n--) {
    r.pick(textMutations)(r, lines, () => other().split('\n'))
  }
  return lines.join('\n').slice(0, LARGEST_BYTES)
}
