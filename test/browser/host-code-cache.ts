// In place of src/host/code-cache.ts in the browser: nothing is kept.
import type { ModuleStore } from '../../src/jit/library.ts'

export class CodeCache implements ModuleStore {
  get(): null {
    return null
  }
  put(): void {}
}
