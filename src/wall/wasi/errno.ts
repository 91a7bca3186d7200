// WASI's error numbers that VAC gives. The same in preview 1 and wasi_unstable.
// Source: the WASI preview 1 witx, type $errno.

export const Errno = {
  success: 0,
  again: 6,
  badf: 8,
  fault: 21,
  inval: 28,
  noent: 44,
  nosys: 52,
  notdir: 54,
  notsock: 57,
  notsup: 58,
  spipe: 70,
  notcapable: 76,
} as const
