// Files and directories: there are none yet, so nothing is preopened and every path leads nowhere.
import type { Guest, WasiCall } from './call.ts'
import { Errno } from './errno.ts'

/** A path is looked up from a directory, and no open descriptor is one. */
const from =
  (argument: number): WasiCall['does'] =>
  (guest: Guest) =>
    guest.world.descriptors.get(guest.u32(argument)) === undefined ? Errno.badf : Errno.notdir

const path = (name: string, params: string, directory = 0): WasiCall => ({
  name,
  params,
  needs: [],
  does: from(directory),
})

export const pathCalls: readonly WasiCall[] = [
  // EBADF ends a program's search for preopened directories.
  { name: 'fd_prestat_get', params: 'i32 i32', needs: [], does: () => Errno.badf },
  { name: 'fd_prestat_dir_name', params: 'i32 i32 i32', needs: [], does: () => Errno.badf },
  path('fd_readdir', 'i32 i32 i32 i64 i32'),
  path('path_create_directory', 'i32 i32 i32'),
  path('path_filestat_get', 'i32 i32 i32 i32 i32'),
  path('path_filestat_set_times', 'i32 i32 i32 i32 i64 i64 i32'),
  path('path_link', 'i32 i32 i32 i32 i32 i32 i32'),
  path('path_open', 'i32 i32 i32 i32 i32 i64 i64 i32 i32'),
  path('path_readlink', 'i32 i32 i32 i32 i32 i32'),
  path('path_remove_directory', 'i32 i32 i32'),
  path('path_rename', 'i32 i32 i32 i32 i32 i32'),
  path('path_symlink', 'i32 i32 i32 i32 i32', 2),
  path('path_unlink_file', 'i32 i32 i32'),
]
