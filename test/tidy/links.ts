// Checks what Markdown documents point at: relative links, headings, npm scripts.
import { dirname, normalize } from 'node:path/posix'
import type { File } from './rules.ts'

/** What the check needs to know of the repository: the text of a file, '' for a folder, or null. */
export type Lookup = (path: string) => string | null

const withoutCode = (markdown: string): string =>
  markdown
    .replace(/^(```|~~~)[\s\S]*?^\1[^\n]*$/gm, (block) => block.replace(/[^\n]/g, ' '))
    .replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length))

/** The anchors that a forge gives to the headings of a document. */
export function anchorsOf(markdown: string): Set<string> {
  const seen = new Map<string, number>()
  const anchors = new Set<string>()
  const text = markdown.replace(/^(```|~~~)[\s\S]*?^\1[^\n]*$/gm, '')
  for (const [, heading] of text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    anchors.add(count === 0 ? slug : `${slug}-${count}`)
  }
  return anchors
}

/** One complaint a broken link. */
export function brokenLinks(file: File, lookup: Lookup): string[] {
  const complaints = []
  const text = withoutCode(file.text)
  const links = [
    ...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...text.matchAll(/^\s*\[[^\]]+\]:\s+(\S+)/gm),
    ...text.matchAll(/<(?:a|img)\s[^>]*?(?:href|src)="([^"]+)"/g),
  ]
  for (const [, link] of links) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(link)) continue
    const [path, anchor] = decodeURI(link).split('#')
    const target = path === '' ? file.path : normalize(`${dirname(file.path)}/${path}`)
    const found = target.startsWith('..') ? null : lookup(target.replace(/\/$/, ''))
    if (found === null) complaints.push(`${file.path}: ${link} leads nowhere`)
    else if (anchor && target.endsWith('.md') && !anchorsOf(found).has(anchor)) {
      complaints.push(`${file.path}: ${link} names no heading of ${target}`)
    }
  }
  return complaints
}

/** One complaint for each `npm run NAME` of a document that is no script. */
export function unknownScripts(file: File, scripts: readonly string[]): string[] {
  return [...file.text.matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)]
    .filter(([, name]) => !scripts.includes(name))
    .map(([command]) => `${file.path}: there is no ${command}`)
}
