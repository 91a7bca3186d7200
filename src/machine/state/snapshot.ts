// A machine as it stood at a tick, in memory: pages and files are shared, so that it costs what
// changes from then on. Any number of machines can be made of it.
import { ByteReader } from '../../base/bytes.ts'
import type { FarShard } from '../../memory/far-shard.ts'
import type { Memory } from '../../memory/memory.ts'
import type { FileTree } from '../file-tree.ts'
import type { Machine } from '../machine.ts'
import type { Store } from '../store.ts'
import { type DecodedState, StateReader } from './read-state.ts'
import { smallSections } from './root.ts'
import type { SectionBytes } from './state-format.ts'
import type { ResolveHost } from './state-instances.ts'

export class Snapshot {
  readonly tick: number
  private readonly small: SectionBytes
  private readonly programs: Store['programs']
  private readonly memories: readonly Memory[]
  private readonly far: readonly FarShard[]
  private readonly filesTree: FileTree | null

  /** Between instructions only. */
  constructor(m: Machine) {
    this.tick = m.ticks
    this.small = smallSections(m)
    this.programs = m.store.programs.slice()
    this.memories = m.store.memories.map((memory) => memory.fork())
    this.far = m.shards.far.map((shard) => shard.fork())
    this.filesTree = forkOf(m.files)
  }

  /** The machine once more; its devices' bytes are for the wall to give back to them. */
  read(resolve: ResolveHost): DecodedState {
    const reader = new StateReader(
      {
        section: (name) => {
          const bytes = this.small.get(name)
          if (bytes === undefined || bytes.length === 0) return undefined
          return new ByteReader(bytes, 'STATE_MALFORMED')
        },
        programs: () => this.programs.slice(),
        memories: () => this.memories.map((memory) => memory.fork()),
        far: () => this.far.map((shard) => shard.fork()),
        files: () => forkOf(this.filesTree),
      },
      resolve,
    )
    return reader.read()
  }
}

const forkOf = (tree: FileTree | null): FileTree | null =>
  tree === null ? null : { ...tree, inodes: tree.inodes.fork() }
