// Folders of the host as trees of the machine, and a file's bytes.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Blob } from '../../src/memory/file-bytes.ts'
import type { TreeEntry } from '../../src/vac.ts'

export function treeOf(folder: string): TreeEntry[] {
  const list = readdirSync(folder, { recursive: true, withFileTypes: true })
  return list.map((entry): TreeEntry => {
    const full = join(entry.parentPath, entry.name)
    const path = full.slice(folder.length + 1)
    return entry.isDirectory()
      ? { path, kind: 'directory' }
      : { path, kind: 'file', content: new Blob(readFileSync(full)) }
  })
}

export function contentOf(file: Extract<TreeEntry, { kind: 'file' }>): Uint8Array {
  const { content } = file
  return content instanceof Blob ? content.bytes : content.read(0, content.sizeBytes)
}
