// Real programs in headless Chromium: the ticks, root and output that they have on Node.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { SideRun } from '../diff/run-side.ts'
import { inProcess } from '../programs/process.ts'
import { browserCases } from './browser-cases.ts'
import { inBrowser, missing } from './open-page.ts'
import { Server } from './serve.ts'
import type { BrowserRun } from './served-case.ts'

const script = join('..', 'diff', 'run-side.ts')

suite('in headless Chromium', { skip: missing }, () => {
  for (const name of browserCases) {
    test(`${name} has the ticks, root and output that it has on Node`, async (t) => {
      const server = await Server.open()
      try {
        const found = await inBrowser<BrowserRun>(server, { case: name, engine: 'jit' })
        const { ticks, root, exitCode, stdout } = await inProcess<SideRun>(script, [name, 'plain'])
        const { compiledTicks, ...rest } = found
        assert.deepEqual(rest, { ticks, root, exitCode, stdout })
        t.diagnostic(`${ticks} ticks, ${compiledTicks} of them by compiled code; root ${root}`)
        assert.ok(compiledTicks / ticks > 0.95)
      } finally {
        server.close()
      }
    })
  }
})
