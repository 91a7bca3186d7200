// How compiled code treats what may trap in memory and tables.

/**
 * checked: such an access is tested, and one that traps is left to the interpreter. Otherwise the
 * host traps, and the tick is found by running again.
 */
export interface Variant {
  readonly checked: boolean
}

export const plainVariant: Variant = { checked: false }
export const checkedVariant: Variant = { checked: true }

export const variantName = ({ checked }: Variant): string => (checked ? 'checked' : 'plain')
