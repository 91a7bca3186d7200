// Branch hints (https://github.com/WebAssembly/branch-hinting): the host keeps the code of exits
// away from the straight way. A host that does not know them skips the section.
import type { CodeWriter } from './code-writer.ts'

/** Of an `if`: not entered. */
const UNLIKELY = 0

/** Stands before the code section; `first` is the number of the first code's function. */
export function hintSection(body: CodeWriter, codes: readonly CodeWriter[], first: number): void {
  const hinted = codes.filter(({ unlikely }) => unlikely.length > 0)
  if (hinted.length === 0) return
  body.section(0, (to) => {
    to.name('metadata.code.branch_hint')
    to.uleb(hinted.length)
    codes.forEach(({ unlikely }, at) => {
      if (unlikely.length === 0) return
      to.uleb(first + at)
      to.uleb(unlikely.length)
      for (const place of unlikely) {
        to.uleb(place)
        to.uleb(1)
        to.u8(UNLIKELY)
      }
    })
  })
}
