// Why an operation on files was refused: data for the guest, one name an errno.

export type FileError =
  | 'busy'
  | 'exist'
  | 'fbig'
  | 'ilseq'
  | 'inval'
  | 'isdir'
  | 'loop'
  | 'mlink'
  | 'nametoolong'
  | 'noent'
  | 'nospc'
  | 'notcapable'
  | 'notdir'
  | 'notempty'
  | 'perm'

/** What an operation gives, or why it gave nothing. No operation gives a string otherwise. */
export type Answer<T> = T | FileError

export const failed = <T>(answer: Answer<T>): answer is FileError & Answer<T> =>
  typeof answer === 'string'
