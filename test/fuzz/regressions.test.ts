// Seeds that once failed, each with what was wrong. A seed means what the generator makes of it
// today, so a fault that matters has a plain test beside the code as well.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { loadCorpus } from './corpus.ts'
import { checkWorld } from './differential.ts'
import { mutant, tryMutant } from './mutation.ts'

interface Regression {
  readonly mode: 'worlds' | 'mutants'
  readonly seed: number
  readonly was: string
}
const list: readonly Regression[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'regressions.json'), 'utf8'),
)
const corpus = await loadCorpus()

for (const { mode, seed, was } of list) {
  test(`${mode} seed ${seed}: ${was}`, () => {
    if (mode === 'worlds') checkWorld(seed)
    else tryMutant(mutant(corpus, seed))
  })
}
