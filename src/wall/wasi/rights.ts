// WASI's rights: what a descriptor may be used for (base), and what descriptors opened through it
// may be (inheriting).
// Source: the WASI preview 1 witx, flags $rights: bit numbers in their order.

export const Right = {
  fdDatasync: 1 << 0,
  fdRead: 1 << 1,
  fdSeek: 1 << 2,
  fdFdstatSetFlags: 1 << 3,
  fdSync: 1 << 4,
  fdTell: 1 << 5,
  fdWrite: 1 << 6,
  fdAdvise: 1 << 7,
  fdAllocate: 1 << 8,
  pathCreateDirectory: 1 << 9,
  pathCreateFile: 1 << 10,
  pathLinkSource: 1 << 11,
  pathLinkTarget: 1 << 12,
  pathOpen: 1 << 13,
  fdReaddir: 1 << 14,
  pathReadlink: 1 << 15,
  pathRenameSource: 1 << 16,
  pathRenameTarget: 1 << 17,
  pathFilestatGet: 1 << 18,
  pathFilestatSetSize: 1 << 19,
  pathFilestatSetTimes: 1 << 20,
  fdFilestatGet: 1 << 21,
  fdFilestatSetSize: 1 << 22,
  fdFilestatSetTimes: 1 << 23,
  pathSymlink: 1 << 24,
  pathRemoveDirectory: 1 << 25,
  pathUnlinkFile: 1 << 26,
  pollFdReadwrite: 1 << 27,
} as const

/** Bits of rights that mean something. */
export const RIGHTS_BITS = 28

/** What can be done with a regular file. */
export const fileRights =
  Right.fdDatasync |
  Right.fdRead |
  Right.fdSeek |
  Right.fdFdstatSetFlags |
  Right.fdSync |
  Right.fdTell |
  Right.fdWrite |
  Right.fdAdvise |
  Right.fdAllocate |
  Right.fdFilestatGet |
  Right.fdFilestatSetSize |
  Right.fdFilestatSetTimes |
  Right.pollFdReadwrite

/** What can be done with a directory. */
export const directoryRights =
  Right.fdFdstatSetFlags |
  Right.fdSync |
  Right.fdDatasync |
  Right.fdReaddir |
  Right.fdFilestatGet |
  Right.fdFilestatSetTimes |
  Right.pathCreateDirectory |
  Right.pathCreateFile |
  Right.pathLinkSource |
  Right.pathLinkTarget |
  Right.pathOpen |
  Right.pathReadlink |
  Right.pathRenameSource |
  Right.pathRenameTarget |
  Right.pathFilestatGet |
  Right.pathFilestatSetSize |
  Right.pathFilestatSetTimes |
  Right.pathSymlink |
  Right.pathRemoveDirectory |
  Right.pathUnlinkFile

const allRights = fileRights | directoryRights

/** What changes something: a read-only directory gives none of these to anybody. */
export const changingRights =
  Right.fdWrite |
  Right.fdAllocate |
  Right.fdFilestatSetSize |
  Right.fdFilestatSetTimes |
  Right.pathCreateDirectory |
  Right.pathCreateFile |
  Right.pathLinkSource |
  Right.pathLinkTarget |
  Right.pathRenameSource |
  Right.pathRenameTarget |
  Right.pathFilestatSetSize |
  Right.pathFilestatSetTimes |
  Right.pathSymlink |
  Right.pathRemoveDirectory |
  Right.pathUnlinkFile

/** What tells a file's content or a name. */
export const readingRights =
  Right.fdRead | Right.fdReaddir | Right.pathReadlink | Right.pathFilestatGet

export interface Rights {
  readonly base: number
  readonly inheriting: number
}

/** The rights of a directory that a program is given. */
export function preopenRights(readOnly: boolean): Rights {
  const mask = readOnly ? ~changingRights : ~0
  return { base: directoryRights & mask, inheriting: allRights & mask }
}

export const inputRights: Rights = {
  base: Right.fdRead | Right.fdFdstatSetFlags | Right.fdFilestatGet | Right.pollFdReadwrite,
  inheriting: 0,
}
export const outputRights: Rights = {
  base: Right.fdWrite | Right.fdFdstatSetFlags | Right.fdFilestatGet | Right.pollFdReadwrite,
  inheriting: 0,
}
