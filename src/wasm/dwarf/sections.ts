// The debug sections of a program, and where in its source file the code begins.
import { ByteWriter } from '../../base/bytes.ts'
import type { Program } from '../../isa/program.ts'
import { DebugReader, orWhereDamaged } from './debug-reader.ts'

/**
 * The custom section that says where in the source file the Code section's content begins: from
 * there addresses in debug sections count, while a program's source maps count from the file's
 * beginning. spec/program.md.
 */
export const CODE_OFFSET = 'vac.code_offset'
export const LINES = '.debug_line'

export const codeOffsetBytes = (offset: number): Uint8Array => {
  const w = new ByteWriter()
  w.uleb(offset)
  return w.take()
}

export interface DebugSections {
  readonly info: Uint8Array
  readonly abbreviations: Uint8Array
  readonly lines: Uint8Array
  readonly texts: Uint8Array
  readonly lineTexts: Uint8Array
  readonly textOffsets: Uint8Array
  readonly addresses: Uint8Array
  readonly ranges: Uint8Array
  readonly rangeLists: Uint8Array
  readonly locations: Uint8Array
  readonly locationLists: Uint8Array
}

/** null: the program has no lines, or it is not known where its code begins. */
export function debugSections(
  program: Program,
): { sections: DebugSections; codeOffset: number } | null {
  const named = (name: string): Uint8Array =>
    program.customs.find((custom) => custom.name === name)?.bytes ?? new Uint8Array(0)
  const codeOffset = orWhereDamaged(null, () => new DebugReader(named(CODE_OFFSET)).uleb())
  if (codeOffset === null || named(LINES).length === 0) return null
  const sections = {
    info: named('.debug_info'),
    abbreviations: named('.debug_abbrev'),
    lines: named(LINES),
    texts: named('.debug_str'),
    lineTexts: named('.debug_line_str'),
    textOffsets: named('.debug_str_offsets'),
    addresses: named('.debug_addr'),
    ranges: named('.debug_ranges'),
    rangeLists: named('.debug_rnglists'),
    locations: named('.debug_loc'),
    locationLists: named('.debug_loclists'),
  }
  return { sections, codeOffset }
}
