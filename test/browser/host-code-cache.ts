// In place of src/host/code-cache.ts in the browser: nothing is kept.
import type { CodeCache as KeptCode, KnownAtom } from '../../src/host/code-cache.ts'
import { partOf } from '../../src/machine/state/state-format.ts'

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
  keepAtom(_: Uint8Array, bytes: Uint8Array): KnownAtom {
    return { ...partOf(bytes), aloneHash: null, packed: null }
  }
}
