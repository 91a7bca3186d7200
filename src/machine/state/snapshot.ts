// A machine as it stood at a tick, in memory: pages and files are shared, so that it costs what
// changes from then on. Any number of machines can be made of it.
import { ByteReader } from '../../base/bytes.ts'
import type { Merkle } from '../../memory/merkle.ts'
import { differentPages } from '../../memory/page-table.ts'
import type { FileTree } from '../file-tree.ts'
import type { Machine } from '../machine.ts'
import { type DecodedState, StateReader } from './read-state.ts'
import { type LargeParts, rootOfSections, smallSections } from './root.ts'
import type { SectionBytes } from './state-format.ts'
import type { ResolveHost } from './state-instances.ts'

/** Nobody changes what they hold. */
export interface SnapshotParts extends LargeParts {
  readonly tick: number
  readonly small: SectionBytes
}

export class Snapshot {
  readonly parts: SnapshotParts

  constructor(parts: SnapshotParts) {
    this.parts = parts
  }

  /** Between instructions only. */
  static of(m: Machine): Snapshot {
    return new Snapshot({
      tick: m.ticks,
      small: smallSections(m),
      programs: m.store.programs.slice(),
      memories: m.store.memories.map((memory) => memory.fork()),
      far: m.shards.far.map((shard) => shard.fork()),
      files: forkOf(m.files),
    })
  }

  get tick(): number {
    return this.parts.tick
  }

  /** How many pages of memories and files another one does not share, at most. */
  differentPages({ parts: old }: Snapshot): number {
    const { memories, far, files } = this.parts
    let count = 0
    for (const [at, { table }] of memories.entries()) {
      count += differentPages(table, old.memories[at]?.table ?? null)
    }
    for (const [at, { table }] of far.entries()) {
      count += differentPages(table, old.far[at]?.table ?? null)
    }
    for (const [number, inode] of files?.inodes.entries() ?? []) {
      const was = old.files?.inodes.get(number)
      if (inode === was || inode.kind !== 'file') continue
      count += inode.bytes.differentPages(was?.kind === 'file' ? was.bytes : null)
    }
    return count
  }

  /** Of the state. */
  root(merkle: Merkle): Uint8Array {
    return rootOfSections(this.parts.small, this.parts, merkle)
  }

  /** The machine once more; its devices' bytes are for the wall to give back to them. */
  read(resolve: ResolveHost): DecodedState {
    const { small, programs, memories, far, files } = this.parts
    const reader = new StateReader(
      {
        section: (name) => {
          const bytes = small.get(name)
          if (bytes === undefined || bytes.length === 0) return undefined
          return new ByteReader(bytes, 'STATE_MALFORMED')
        },
        programs: () => programs.slice(),
        memories: () => memories.map((memory) => memory.fork()),
        far: () => far.map((shard) => shard.fork()),
        files: () => forkOf(files),
      },
      resolve,
    )
    return reader.read()
  }
}

const forkOf = (tree: FileTree | null): FileTree | null =>
  tree === null ? null : { ...tree, inodes: tree.inodes.fork() }
