// A recording as files by their paths in it: those of its directory, or of the one archive that it
// is packed in (spec/lineage.md).
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packTar, type TarEntry, unpackTar } from 'modern-tar'
import { sameBytes } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { readInputFile } from './input-file.ts'

/** The lock of whoever writes a recording: in its directory, and no part of it. */
export const LOCK = 'lock'
/** More bytes than any file of a recording has. */
export const LIMIT_BYTES = 2 ** 33
/** What is written under this name gets its own when it is whole. */
const UNFINISHED = /\.part(\/|$)/
const TAR_BLOCK = 512
/** Words with `/` between; no word begins with a dot. Others are none of a recording's. */
const OWN_NAME = /^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/i

/** A recording with such a name is one file. */
export const isPacked = (path: string): boolean => path.endsWith('.vac')

/** The folder of the branches. */
export const BRANCHES = 'branches'

/** Where branches of a recording are written: beside one that is one file. */
export const branchFolder = (path: string, isFolder: boolean): string =>
  isFolder ? join(path, BRANCHES) : `${path}.${BRANCHES}`

/** In the order of the paths. */
export type Files = ReadonlyMap<string, Uint8Array>

/** Of a directory. */
export function readFolder(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((name) => OWN_NAME.test(name) && name !== LOCK && !UNFINISHED.test(name))
    .sort()
  return new Map(names.map((name) => [name, readInputFile(join(folder, name), LIMIT_BYTES)]))
}

/** Those in one of its folders, by their paths in there. */
export function below(files: Files, folder: string): Files {
  const inside = [...files].filter(([name]) => name.startsWith(`${folder}/`))
  return new Map(inside.map(([name, bytes]) => [name.slice(folder.length + 1), bytes]))
}

const entry = (name: string, bytes: Uint8Array): TarEntry => ({
  header: { name, size: bytes.length, mode: 0o644, mtime: new Date(0) },
  body: bytes as Uint8Array<ArrayBuffer>,
})

/** The bytes of the archive. */
export const packed = (files: Files): Promise<Uint8Array> =>
  packTar([...files].map(([name, bytes]) => entry(name, bytes)))

/** The archive has one form: another byte anywhere is damage. Errors: RECORDING_DAMAGED. */
export async function unpacked(path: string): Promise<Files> {
  const bytes = readInputFile(path, LIMIT_BYTES)
  const files = await unpackTar(bytes as Uint8Array<ArrayBuffer>, { strict: true }).then(
    (entries) =>
      new Map(entries.map(({ header, data }) => [header.name, data ?? new Uint8Array()])),
    () => damaged(`offset ${badHeader(bytes)}`, 'a damaged archive'),
  )
  // A copy writes files of these names: none may lead out of its folder.
  for (const name of files.keys()) if (!OWN_NAME.test(name)) damaged(path, `a file named ${name}`)
  const again = await packed(files)
  if (sameBytes(again, bytes)) return files
  const offset = bytes.findIndex((byte, at) => byte !== again[at])
  return damaged(`offset ${offset < 0 ? bytes.length : offset}`, 'another form of the archive')
}

/** Of the first header of an archive whose checksum is not right; or where the bytes end. */
function badHeader(bytes: Uint8Array): number {
  const octal = (from: number, to: number): number =>
    Number.parseInt(Buffer.from(bytes.subarray(from, to)).toString('latin1'), 8)
  for (let at = 0; at + TAR_BLOCK <= bytes.length; ) {
    const header = bytes.slice(at, at + TAR_BLOCK).fill(0x20, 148, 156)
    const sum = header.reduce((total, byte) => total + byte, 0)
    const sizeBytes = octal(at + 124, at + 136)
    if (octal(at + 148, at + 156) !== sum || !(sizeBytes >= 0)) return at
    at += TAR_BLOCK * (1 + Math.ceil(sizeBytes / TAR_BLOCK))
  }
  return bytes.length
}

function damaged(where: string, found: string): never {
  throw new VacError('RECORDING_DAMAGED', { where, found, expected: 'what was recorded' })
}
