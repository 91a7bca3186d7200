// Mutated modules, Atom programs and assembly texts: refused by a code that is expected, or they
// verify and run.
import assert from 'node:assert/strict'
import test from 'node:test'
import { explain, runBatches, settings } from './batches.ts'
import { loadCorpus } from './corpus.ts'

const BATCH = 5_000

test('mutants: refused as they should be, or run the same by both engines', async (t) => {
  const { suite, counts } = await loadCorpus()
  if (!suite) t.diagnostic('GAP: no ../shared/suites/wasm-spec here: skip its modules')
  const { done, failures, coverage } = await runBatches('mutants', BATCH, settings(0.4))
  console.log(
    `\n${done} mutants of ${counts.wasm} modules, ${counts.atom} Atom programs, ` +
      `${counts.vasm} texts; ${coverage.ticks} ticks; slowest ` +
      `${Math.round(coverage.slowestMs)} ms\n${coverage.endings()}\n`,
  )
  assert.equal(failures.length, 0, explain(failures, 'mutants'))
  if (done < 1_000) return t.diagnostic(`only ${done} mutants: their fates are not judged`)
  for (const end of ['WASM_MALFORMED', 'WASM_INVALID', 'idle', 'trapped']) {
    assert.ok(coverage.endsBy(`wasm ${end}`) > 0, `some module ends as ${end}`)
  }
  for (const end of ['atom ATOM_MALFORMED', 'atom ATOM_INVALID', 'vasm VASM_SYNTAX', 'vasm idle']) {
    assert.ok(coverage.endsBy(end) > 0, `some mutant ends as ${end}`)
  }
})
