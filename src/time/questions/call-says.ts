// Where a call of the wall got the bytes from that it wrote into memory, in words.
import type { World } from '../../wall/world.ts'
import { BeamKind, inputOfBeam } from '../lineage/beam.ts'
import type { Stage, Timeline } from '../timeline.ts'

const plain: readonly (readonly [RegExp, string])[] = [
  [/random_get$/, 'random numbers of the seed'],
  [/clock_(time|res)_get$/, 'virtual time'],
  [/args_(get|sizes_get)$/, 'the arguments of the program'],
  [/environ_(get|sizes_get)$/, 'the environment of the program'],
  [/fd_(write|pwrite)$/, 'how many bytes it wrote'],
  [/fd_readdir$/, 'the names in a directory'],
  [/path_readlink$/, 'the target of a symbolic link'],
]

/** The machine stands before the call. */
export function callSays<S extends Stage>(
  timeline: Timeline<S>,
  name: string,
  /** Bytes that it wrote before these; did it write these last? */
  { offset, isLast }: { readonly offset: number; readonly isLast: boolean },
): string | null {
  if (/\.fd_p?read$/.test(name) && isLast) return 'how many bytes it read'
  if (/\.fd_p?read$/.test(name)) return readSays(timeline, offset, name.endsWith('fd_pread'))
  if (name === 'sys') return stdinSays(timeline, offset)
  return plain.find(([pattern]) => pattern.test(name))?.[1] ?? null
}

function readSays<S extends Stage>(
  timeline: Timeline<S>,
  offset: number,
  isPositioned: boolean,
): string | null {
  const { machine: m, world } = timeline.stage
  const base = m.sp - (isPositioned ? 5 : 4)
  const argument = (index: number): number => m.words.U32[2 * (base + index)]
  const descriptor = world.descriptors.get(argument(0))
  if (descriptor === undefined || descriptor.kind === 'directory') return null
  if (descriptor.kind === 'stream') return stdinSays(timeline, offset)
  const position = isPositioned ? Number(m.words.U64[base + 3]) : descriptor.offset
  const path = pathOf(world, descriptor.inode)
  return `${path ?? `the file of inode ${descriptor.inode}`}, byte ${position + offset}`
}

/** Which input beam had the byte of standard input that is so far behind the next one. */
function stdinSays<S extends Stage>({ lineage, stage }: Timeline<S>, offset: number): string {
  const { machine, world } = stage
  const { readCount, pendingBytes } = world.console
  const position = readCount + offset
  const inputs: { readonly tick: number; readonly sizeBytes: number }[] = []
  for (const { tick, kind, payload } of lineage.beams) {
    if (kind !== BeamKind.device || payload === null || tick > machine.ticks) continue
    const input = inputOfBeam({ tick, kind, payload })
    if (input.kind !== 'device' || input.device !== 'console' || input.bytes[0] !== 0) continue
    inputs.push({ tick, sizeBytes: input.bytes.length - 1 })
  }
  const recorded = inputs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let at = readCount + pendingBytes - recorded
  for (const { tick, sizeBytes } of inputs) {
    if (position >= at && position < at + sizeBytes) {
      return `standard input, byte ${position}: an input at tick ${tick}`
    }
    at += sizeBytes
  }
  return `standard input, byte ${position}: it came before the recording`
}

const MOST_NAMES = 100_000

/** A name that leads to a file; null: there is none, or there are too many names. */
function pathOf({ files }: World, inode: number): string | null {
  const open: { readonly path: string; readonly inode: number }[] = [
    { path: '', inode: files.root },
  ]
  for (let seen = 0; open.length > 0; ) {
    const { path, inode: directory } = open.pop() as (typeof open)[0]
    const { inodes } = files.tree
    const node = inodes.get(directory)
    if (node?.kind !== 'directory') continue
    for (const [name, entry] of node.entries) {
      if (entry.inode === inode) return `${path}/${name}`
      if (++seen > MOST_NAMES) return null
      if (inodes.get(entry.inode)?.kind === 'directory') {
        open.push({ path: `${path}/${name}`, inode: entry.inode })
      }
    }
  }
  return null
}
