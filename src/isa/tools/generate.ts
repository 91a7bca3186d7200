// Writes the generated files of the repository: `npm run gen`; with --check it writes none and
// exits 1 where one differs from its source.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { laneLoop } from '../../machine/tools/lane-loop.ts'
import { isaDocument } from './isa-document.ts'

interface Generated {
  /** Relative to the repository root. */
  readonly path: string
  make(): string
}

const generated: readonly Generated[] = [
  { path: 'spec/isa.md', make: isaDocument },
  { path: 'src/machine/lane/loop.gen.ts', make: laneLoop },
]

const root = join(import.meta.dirname, '..', '..', '..')

function present(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

const check = process.argv.includes('--check')
for (const { path, make } of generated) {
  const full = join(root, path)
  const text = make()
  if (present(full) === text) continue
  if (check) {
    process.stderr.write(`${path} differs from its source: run npm run gen\n`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
    process.stdout.write(`wrote ${path}\n`)
  }
}
