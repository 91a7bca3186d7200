// In place of src/host/same-page.ts in the browser, which has no comparison of its own.
import type { SamePage } from '../../src/memory/flat.ts'

export const samePage: SamePage | undefined = undefined
