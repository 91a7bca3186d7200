// WASI's error numbers. The same in preview 1 and wasi_unstable.
// Source: the WASI preview 1 witx, type $errno.

export const Errno = {
  success: 0,
  tooBig: 1,
  acces: 2,
  again: 6,
  badf: 8,
  busy: 10,
  exist: 20,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  inval: 28,
  io: 29,
  isdir: 31,
  loop: 32,
  mfile: 33,
  mlink: 34,
  nametoolong: 37,
  noent: 44,
  nospc: 51,
  nosys: 52,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  overflow: 61,
  perm: 63,
  rofs: 69,
  spipe: 70,
  xdev: 75,
  notcapable: 76,
} as const

/**
 * Ends a call with an errno, from wherever it is found. No Error: to note where it was made costs
 * more than the call, and programs look for files that are not there all the time.
 */
export class Failure {
  readonly errno: number

  constructor(errno: number) {
    this.errno = errno
  }
}

export function fail(errno: number): never {
  throw new Failure(errno)
}
