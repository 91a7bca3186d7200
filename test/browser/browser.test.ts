// Real programs in headless Chromium: the ticks, root and output that they have on Node.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { SideRun } from '../diff/run-side.ts'
import { inProcess } from '../programs/process.ts'
import { browserCases } from './browser-cases.ts'
import { Server } from './serve.ts'
import type { BrowserRun } from './served-case.ts'

const chromium = process.env.VAC_CHROMIUM ?? '/usr/bin/chromium'
const missing = existsSync(chromium) ? false : `there is no ${chromium}: VAC_CHROMIUM names it`

const MOST_MS = 180_000

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** Opens a page of the server and waits for what it sends. */
async function inBrowser(server: Server, name: string, engine: string): Promise<BrowserRun> {
  const profile = mkdtempSync(join(tmpdir(), 'vac-browser-'))
  const url = `${server.origin}/?case=${name}&engine=${engine}`
  const browser = spawn(chromium, [...flags, `--user-data-dir=${profile}`, url], {
    stdio: 'ignore',
    detached: true,
  })
  let timer: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    browser.on('error', reject)
    browser.on('exit', (code) => reject(new Error(`the browser ended with ${code}`)))
    timer = setTimeout(() => reject(new Error(`no result in ${MOST_MS} ms`)), MOST_MS)
  })
  try {
    const result = JSON.parse(await Promise.race([server.result(), failed]))
    if (result.error !== undefined) throw new Error(`in the browser: ${result.error}`)
    return result
  } finally {
    clearTimeout(timer)
    failed.catch(() => {})
    if (browser.pid !== undefined && browser.exitCode === null) {
      const gone = new Promise((resolve) => browser.once('close', resolve))
      process.kill(-browser.pid, 'SIGKILL')
      await gone
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

const script = join('..', 'diff', 'run-side.ts')

suite('in headless Chromium', { skip: missing }, () => {
  for (const name of browserCases) {
    test(`${name} has the ticks, root and output that it has on Node`, async (t) => {
      const server = await Server.open()
      try {
        const found = await inBrowser(server, name, 'jit')
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
