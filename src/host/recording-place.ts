// How a recording, or a branch of one, is named on the command line and in the library.
import { existsSync } from 'node:fs'
import { isBranchName } from '../time/branches/branch.ts'

export interface Place {
  readonly path: string
  readonly branch: string | null
}

/** What PATH or PATH@NAME names. A path that is there is a path, whatever it looks like. */
export function placeOf(address: string): Place {
  const at = address.lastIndexOf('@')
  const branch = address.slice(at + 1)
  if (at <= 0 || !isBranchName(branch) || existsSync(address))
    return { path: address, branch: null }
  return { path: address.slice(0, at), branch }
}

export const addressOf = ({ path, branch }: Place): string =>
  branch === null ? path : `${path}@${branch}`
