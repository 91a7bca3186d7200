// The minimal manifest: every limit, seed and rate that a run depends on. Never taken from the
// host.

export interface Limits {
  /** 64 KiB pages of all memories together. */
  readonly memoryPages: number
  /** Entries of all tables together. */
  readonly tableEntries: number
  /** Canonical words of the call stack: frame headers, locals, largest operand stacks. */
  readonly stackWords: number
  /** Instances, and entities of one kind. */
  readonly instances: number
}

export interface Manifest {
  /** Capabilities asked for, by name; granted ones are decided by who runs it. */
  readonly requests: readonly string[]
  readonly limits: Limits
  /** Seed of the guest's random numbers: 32 bytes as hex. */
  readonly seed: string
  readonly vtime: {
    /** Virtual nanoseconds per tick, as a fraction, so that no float decides. */
    readonly nanosPerTick: readonly [numerator: number, denominator: number]
    /** Virtual nanoseconds since 1970 at tick 0. */
    readonly epoch: bigint
  }
}

export const defaultManifest: Manifest = {
  requests: [],
  limits: {
    memoryPages: 65_536,
    tableEntries: 10_000_000,
    stackWords: 1 << 20,
    instances: 10_000,
  },
  seed: '00'.repeat(32),
  vtime: { nanosPerTick: [1, 1], epoch: 1_700_000_000_000_000_000n },
}
