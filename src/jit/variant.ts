// What compiled code does beside running the program.

/**
 * plain: nothing. stop: halts behind an access that touches an address range. note: stores the fuel
 * at the latest write that touches it. index: flags every 8-byte word that is written. trace: a
 * record of each instruction.
 */
export type Watch = 'plain' | 'stop' | 'note' | 'index' | 'trace'

export interface Variant {
  readonly watch: Watch
  /**
   * Memory and table accesses are tested, and those that trap are left to the interpreter. Without,
   * the host traps, and the tick is found by running again.
   */
  readonly checked: boolean
}

export const plainVariant: Variant = { watch: 'plain', checked: false }
export const checkedVariant: Variant = { watch: 'plain', checked: true }

export const variantName = ({ watch, checked }: Variant): string =>
  checked ? `${watch}-checked` : watch
