// The device shard, as the machine sees it: registers that far loads and stores reach. What stands
// behind them is in src/wall/devices.

/** Its number: above every shard that `alloc` can make. */
export const DEVICE_SHARD = 1n << 62n

export interface Registers {
  /**
   * The low bytes of a register; null: it waits for input, and the load is repeated when some
   * came. Traps where no mapped register begins.
   */
  readonly load: (offset: bigint, sizeBytes: number) => bigint | null
  /** Traps where no mapped register begins. */
  readonly store: (offset: bigint, sizeBytes: number, value: bigint) => void
}
