// Wraps comments that are wider than the house allows, in the files and folders named on the
// command line (all of src, test and bench without any). `npm run fix -- PATHS` runs it.
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { codeOnly } from './source-text.ts'

const mark = '\u0001'
const widthOf = (text: string): number => [...text].length

/** A line's comment opening, as repeated on each line: `  // ` or `   * `. */
const opening = (line: string): string => /^\s*(?:\/\/\/?|\*) ?/.exec(line)?.[0] ?? ''
const startsParagraph = (rest: string): boolean => rest === '' || /^(?:[-*@]|\d+[.)])\s?/.test(rest)

/** The text with whole-line comments of at most `limit` columns; code lines are left alone. */
export function wrapComments(text: string, limit = 100): string {
  const code = codeOnly(text, mark).split('\n')
  // A line and whether all of it is comment.
  const lines = text.split('\n').flatMap((line, index) => {
    const comment = code[index].trim() !== '' && code[index].replaceAll(mark, '').trim() === ''
    return comment && widthOf(line) > limit ? unfold(line) : [{ line, comment }]
  })
  for (let i = 0; i < lines.length; i++) {
    const { line, comment } = lines[i]
    const open = opening(line)
    if (!comment || open === '' || widthOf(line) <= limit || /biome-ignore/.test(line)) continue
    const cut = line.lastIndexOf(' ', limit)
    if (cut <= open.length) continue
    const overflow = line.slice(cut + 1)
    lines[i] = { line: line.slice(0, cut).trimEnd(), comment }
    const next = lines[i + 1]
    const rest = next?.comment && opening(next.line) === open ? next.line.slice(open.length) : ''
    if (startsParagraph(rest)) lines.splice(i + 1, 0, { line: open + overflow, comment })
    else lines[i + 1] = { line: `${open}${overflow} ${rest}`, comment }
  }
  return lines.map(({ line }) => line).join('\n')
}

/** A one-line block comment as three lines. */
function unfold(line: string): { line: string; comment: boolean }[] {
  const block = /^(\s*)\/\*\*? (.*) \*\/$/.exec(line)
  if (block === null) return [{ line, comment: true }]
  const [, indent, words] = block
  return [`${indent}/**`, `${indent} * ${words}`, `${indent} */`].map((part) => ({
    line: part,
    comment: true,
  }))
}

if (import.meta.main) {
  const named = process.argv.slice(2)
  for (const root of named.length > 0 ? named : ['src', 'test', 'bench']) {
    const paths = statSync(root).isDirectory() ? globSync(`${root}/**/*.ts`) : [root]
    for (const path of paths.filter((path) => path.endsWith('.ts') && !path.endsWith('.gen.ts'))) {
      const text = readFileSync(path, 'utf8')
      const wrapped = wrapComments(text)
      if (wrapped === text) continue
      writeFileSync(path, wrapped)
      console.log(`wrapped ${path}`)
    }
  }
}
