// Section `stack`: frames, outermost first, each with its live locals and its operands.
import { type ByteReader, ByteWriter } from '../../base/bytes.ts'
import { frameWords } from '../../isa/facts.ts'
import type { Machine } from '../machine.ts'
import type { FunctionInstance } from '../store.ts'
import type { Canon } from './canon.ts'
import { type FrameShape, FrameShapes } from './frame-shape.ts'
import { failAt, finish, readCount } from './state-format.ts'
import { readPlace } from './state-meta.ts'
import { type Referents, readWord, setWord, writeWords } from './state-words.ts'

export function encodeStack(m: Machine, canon: Canon): Uint8Array {
  const w = new ByteWriter()
  if (m.depth > 0) w.uleb(m.depth)
  const shapes = new FrameShapes(m)
  for (let at = 0; at < m.depth; at++) {
    const fn = m.frameFunction[at]
    const pc = m.framePc[at]
    const { locals, operands } = shapes.at(fn, pc, at === m.depth - 1 ? 'top' : 'outer')
    w.uleb(fn.instance)
    w.uleb(fn.index)
    w.uleb(pc)
    w.uleb(locals.length)
    const base = m.frameBase[at]
    writeLive(w, canon, m.words.I32, base, locals)
    w.uleb(operands.length)
    writeWords(w, canon, m.words.I32, base + locals.length, operands)
  }
  return w.take()
}

function writeLive(
  w: ByteWriter,
  canon: Canon,
  halves: Int32Array,
  base: number,
  tags: Uint8Array,
): void {
  for (let i = 0; i < tags.length; i++) {
    if (tags[i] === 0) w.u64(0n)
    else writeWords(w, canon, halves, base + i, tags.subarray(i, i + 1))
  }
}

interface RawFrame {
  readonly fn: FunctionInstance
  readonly pc: number
  readonly at: number
}

/** Frames are pushed as calls push them, so that the engine's own layout and counts come out. */
export function decodeStack(r: ByteReader, m: Machine, referents: Referents): void {
  const shapes = new FrameShapes(m)
  const count = readCount(r, 'frames', 5)
  let caller: (RawFrame & { shape: FrameShape }) | null = null
  for (let at = 0; at < count; at++) {
    const frame = readFrame(r, m)
    const shape = shapes.at(frame.fn, frame.pc, at === count - 1 ? 'top' : 'outer')
    if (at < count - 1 && shape.awaited === null) {
      failAt(r, frame.at, `pc ${frame.pc} of an outer frame`, 'the place after a call')
    }
    if (caller !== null && caller.shape.awaited?.join() !== frame.fn.resultKinds.join()) {
      failAt(r, frame.at, 'a function with other results', 'those that its caller waits for')
    }
    const start = frame.at
    const cost = frameWords(shape.facts)
    if (m.usedWords + cost > m.manifest.limits.stackWords) {
      failAt(r, start, `${m.usedWords + cost} stack words`, `${m.manifest.limits.stackWords}`)
    }
    // The arguments lie where the caller's operands end; they are the first locals here.
    m.reserve(m.sp + shape.facts.paramWords)
    m.sp += shape.facts.paramWords
    m.push(frame.fn)
    m.framePc[at] = frame.pc
    const base = m.frameBase[at]
    readTagged(r, m, base, shape.locals, referents)
    readTagged(r, m, m.sp, shape.operands, referents)
    m.sp += shape.operands.length
    caller = { ...frame, shape }
  }
  finish(r, 'stack')
}

function readFrame(r: ByteReader, m: Machine): RawFrame {
  const at = r.at
  const place = readPlace(r, m.store)
  return { fn: m.store.instances[place.instance].functions[place.function], pc: place.pc, at }
}

function readTagged(
  r: ByteReader,
  m: Machine,
  first: number,
  tags: Uint8Array,
  referents: Referents,
): void {
  const start = r.at
  const count = readCount(r, 'words', 8)
  if (count !== tags.length) failAt(r, start, `${count} words`, `${tags.length}`)
  for (let i = 0; i < count; i++) setWord(m.words.I32, first + i, readWord(r, tags[i], referents))
}
