// Where the index of writes of a recording lies: in its directory, or in one beside a packed one.
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { VacError } from '../base/errors.ts'
import type { IndexStore } from '../time/questions/write-indexes.ts'
import { readInputFile } from './input-file.ts'
import { writeOutputFile } from './output-file.ts'

const LIMIT_BYTES = 2 ** 33

export class IndexFiles implements IndexStore {
  /** Is told in words where a stored index is damaged, or cannot be written. */
  notice: (text: string) => void = () => {}
  private readonly path: string

  /** Of the recording at a path. */
  constructor(path: string) {
    this.path = path
  }

  readonly read = (name: string): Uint8Array | null => {
    const file = this.file(name)
    return existsSync(file) ? readInputFile(file, LIMIT_BYTES) : null
  }

  readonly write = (name: string, bytes: Uint8Array): void => {
    try {
      mkdirSync(this.folder, { recursive: true })
      writeOutputFile(this.file(name), bytes)
    } catch (error) {
      const why = error instanceof VacError ? error.code : (error as NodeJS.ErrnoException).code
      this.notice(`the index of writes cannot be kept in ${this.folder}: ${why}`)
    }
  }

  readonly damaged = ({ detail }: VacError): void => {
    this.notice(
      `the index of writes in ${this.folder} is damaged (${detail.found}); it is made again`,
    )
  }

  private get folder(): string {
    const isFolder = statSync(this.path, { throwIfNoEntry: false })?.isDirectory() ?? false
    return isFolder ? join(this.path, 'index') : `${this.path}.index`
  }

  private file(name: string): string {
    return join(this.folder, `${name}.vwi`)
  }
}
