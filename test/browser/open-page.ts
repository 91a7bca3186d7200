// Opens a page of the server in headless Chromium.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Server } from './serve.ts'

const chromium = process.env.VAC_CHROMIUM ?? '/usr/bin/chromium'
/** Why the suites of this folder are skipped; false: they are not. */
export const missing = existsSync(chromium)
  ? false
  : `there is no ${chromium}: VAC_CHROMIUM names it`

const MOST_MS = 180_000

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** A page whose worker gets these words, and what it sends. */
export async function inBrowser<T>(
  server: Server,
  words: Readonly<Record<string, string>>,
): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'vac-browser-'))
  const url = `${server.origin}/?${new URLSearchParams(words)}`
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
