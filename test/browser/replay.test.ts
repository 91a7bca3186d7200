// A recording made on Node, made again in headless Chromium: the same beams, and the same roots at
// any tick that is gone to.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Codec } from '../../src/base/codec.ts'
import { openRecording } from '../../src/host/recording-files.ts'
import { RecordedRun } from '../../src/recorded-run.ts'
import { churnText } from '../time/churn.ts'
import { record } from '../time/recorded.ts'
import { inBrowser, missing } from './open-page.ts'
import { Server } from './serve.ts'
import type { BrowserReplay } from './served-case.ts'

/** Blocks are written as they are: the browser cannot decompress. */
const plain: Codec = {
  compress: (bytes) => bytes,
  decompress: (bytes) => bytes,
}

/** Of the program's loop, 147 ticks each: compiled code makes a billion ticks again. */
const iterations = { jit: 7_000_000, interpreter: 40_000 } as const

suite('a recording in headless Chromium', { skip: missing }, () => {
  for (const engine of ['jit', 'interpreter'] as const) {
    test(`has the beams and roots that it has on Node: ${engine}`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'vac-replay-'))
      t.after(() => rmSync(folder, { recursive: true }))
      const path = join(folder, 'run')
      const program = churnText({ rounds: 0, reads: true, iterations: iterations[engine] })
      const last = await record(path, program, { lines: ['abc', '', 'defg'], codec: plain })
      const { begin, lineage } = await openRecording(path)
      assert.ok(engine === 'interpreter' || last >= 10 ** 9, `${last} ticks`)
      const half = Math.floor(last / 2)
      const ticks = [last, 3_000_000, 1, half, 0, 999_999, last - 1, 2_500_000]
      const run = await RecordedRun.open(path, 'jit')
      const roots: string[] = []
      for (const tick of ticks) roots.push((await run.at(tick)).root())
      const server = await Server.open(
        new Map([
          ['begin', begin],
          ['lineage', readFileSync(join(path, 'lineage.vbl'))],
          ['ticks', Buffer.from(JSON.stringify(ticks))],
        ]),
      )
      try {
        const words = { worker: 'replay-worker', engine }
        const found = await inBrowser<BrowserReplay>(server, words)
        assert.deepEqual(found.roots, roots)
        assert.equal(found.divergence, null)
        assert.equal(found.equal, lineage.beams.length)
        assert.equal(found.compiledTicks > 0.9 * last, engine === 'jit')
        t.diagnostic(`${last} ticks, ${found.equal} beams, ${roots.length} ticks gone to`)
      } finally {
        server.close()
      }
    })
  }
})
