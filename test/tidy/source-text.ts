// Blanks comments and literals out of TypeScript text, so that rules look at code only.
// Offsets and line breaks stay. Regular expressions are told from divisions by what precedes them.

/**
 * The same length as `text`; the insides of strings, templates and regexes are spaces, comments are
 * made of `commentFill`.
 */
export function codeOnly(text: string, commentFill = ' '): string {
  const out = text.split('')
  const blank = (from: number, to: number, fill = ' '): void => {
    for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = fill
  }
  // Brace depths at which a template literal's `${` was opened.
  const templates: number[] = []
  let depth = 0
  let at = 0

  const template = (from: number): number => {
    let i = from
    while (i < text.length && text[i] !== '`') {
      if (text[i] === '\\') i++
      else if (text[i] === '$' && text[i + 1] === '{') {
        blank(from, i)
        templates.push(depth++)
        return i + 2
      }
      i++
    }
    blank(from, i)
    return i + 1
  }

  while (at < text.length) {
    const char = text[at]
    if (char === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      const close = text[at + 1] === '/' ? '\n' : '*/'
      const found = text.indexOf(close, at + 2)
      const end = found < 0 ? text.length : found + (close === '*/' ? 2 : 0)
      blank(at, end, commentFill)
      at = end
    } else if (char === "'" || char === '"') {
      const end = endOfQuoted(text, at + 1, char)
      blank(at + 1, end)
      at = end + 1
    } else if (char === '`') {
      at = template(at + 1)
    } else if (char === '/' && startsRegex(out.slice(Math.max(0, at - 40), at).join(''))) {
      const end = endOfRegex(text, at + 1)
      blank(at + 1, end)
      at = end + 1
    } else {
      if (char === '{') depth++
      if (char === '}') {
        depth--
        if (templates.at(-1) === depth) {
          templates.pop()
          at = template(at + 1)
          continue
        }
      }
      at++
    }
  }
  return out.join('')
}

function endOfQuoted(text: string, from: number, quote: string): number {
  let i = from
  while (i < text.length && text[i] !== quote && text[i] !== '\n') i += text[i] === '\\' ? 2 : 1
  return Math.min(i, text.length)
}

function startsRegex(before: string): boolean {
  return /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of))\s*$/.test(before)
}

function endOfRegex(text: string, from: number): number {
  let i = from
  let inClass = false
  while (i < text.length && text[i] !== '\n' && (inClass || text[i] !== '/')) {
    if (text[i] === '[') inClass = true
    if (text[i] === ']') inClass = false
    i += text[i] === '\\' ? 2 : 1
  }
  return Math.min(i, text.length)
}

/** 1-based line of an offset. */
export const lineAt = (text: string, offset: number): number =>
  text.slice(0, offset).split('\n').length

/** Every module specifier of static, side-effect and dynamic imports and of re-exports. */
export function importsOf(text: string, code: string): { specifier: string; line: number }[] {
  const found = []
  for (const match of code.matchAll(/\b(?:from|import)\s*\(?\s*(['"])/g)) {
    const start = match.index + match[0].length
    const specifier = text.slice(start, text.indexOf(match[1], start))
    found.push({ specifier, line: lineAt(text, match.index) })
  }
  return found
}

/** Code outside of every bracket: what runs when the module loads, at the top of its text. */
export function topLevelOnly(code: string): string {
  let depth = 0
  let top = ''
  for (const char of code) {
    if ('([{'.includes(char)) depth++
    top += depth === 0 || char === '\n' ? char : ' '
    if (')]}'.includes(char)) depth--
  }
  return top
}
