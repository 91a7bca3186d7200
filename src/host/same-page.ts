// Comparing pages by Node's own comparison of bytes: twice as fast as a loop.
import { Buffer } from 'node:buffer'
import type { SamePage } from '../memory/flat.ts'
import { PAGE_BYTES } from '../memory/page.ts'

export const samePage: SamePage | undefined = (buffer, at, page) =>
  Buffer.compare(new Uint8Array(buffer, at, PAGE_BYTES), page.u8) === 0
