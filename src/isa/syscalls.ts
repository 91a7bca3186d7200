// The native system calls: number, name, signature. What each does is the wall's business
// (src/wall).

export interface Syscall {
  readonly number: number
  readonly name: string
  readonly sig: string
  readonly says: string
}

/** Addresses and lengths are i64 in memory 0; results below 0 are errors. */
export const syscalls: readonly Syscall[] = [
  { number: 0, name: 'exit', sig: 'i32 ->', says: 'ends the program with an exit code' },
  {
    number: 1,
    name: 'read',
    sig: 'i32 i64 i64 -> i64',
    says: 'stream, address, size -> bytes read',
  },
  {
    number: 2,
    name: 'write',
    sig: 'i32 i64 i64 -> i64',
    says: 'stream, address, size -> bytes written',
  },
  { number: 3, name: 'alloc', sig: 'i64 -> i64', says: 'bytes -> shard of a new far memory' },
  { number: 4, name: 'map', sig: 'i64 -> i64', says: 'number of a device -> its shard' },
  { number: 5, name: 'sleep', sig: 'i64 ->', says: 'moves virtual time by nanoseconds' },
  { number: 6, name: 'beam_emit', sig: 'i32 i64 i64 -> i64', says: 'kind, address, size -> beam' },
  { number: 7, name: 'entropy_probe', sig: '-> i64', says: 'a seeded, recorded random word' },
  { number: 8, name: 'clock', sig: '-> i64', says: 'virtual nanoseconds since the epoch' },
]

export const syscallByNumber: ReadonlyMap<number, Syscall> = new Map(
  syscalls.map((row) => [row.number, row]),
)
