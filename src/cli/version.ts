// vac version.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { has } from './options.ts'
import { jsonLine, jsonOption, type Verb } from './verb.ts'

/** The package's version; its file stands above src/ and above dist/ alike. */
export function version(): string {
  const path = join(import.meta.dirname, '..', '..', 'package.json')
  return JSON.parse(readFileSync(path, 'utf8')).version
}

export const versionVerb: Verb = {
  name: 'version',
  says: 'print the version',
  usage: '',
  examples: [{ line: 'vac version', says: '' }],
  options: [jsonOption],
  optionsAnywhere: true,
  run: async (given, io) => {
    const facts = { vac: version(), node: process.versions.node }
    io.print(has(given, 'json') ? jsonLine(facts) : `vac ${facts.vac} (Node ${facts.node})\n`)
    return 0
  },
}
