export interface Lane {
  readonly code: Int32Array
}
