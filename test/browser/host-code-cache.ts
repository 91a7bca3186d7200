// In place of src/host/code-cache.ts in the browser: nothing is kept.
import type { CodeCache as KeptCode } from '../../src/host/code-cache.ts'

type Nothing = { [Name in keyof KeptCode]: KeptCode[Name] }

export class CodeCache implements Nothing {
  get(): null {
    return null
  }
  put(): void {}
  has(): boolean {
    return false
  }
  known(): null {
    return null
  }
  learn(): void {}
  atom(): null {
    return null
  }
  keepAtom(): void {}
}
