// Node 24, installed beside the checkout's own Node where the registry can be reached.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** The path of its executable, or null: offline. */
export function node24(): string | null {
  const folder = join(import.meta.dirname, '..', '..', '.cache', 'node24')
  const executable = join(folder, 'node_modules', 'node', 'bin', 'node')
  if (!existsSync(executable)) {
    mkdirSync(folder, { recursive: true })
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
    try {
      const options = { stdio: 'ignore', timeout: 120_000 } as const
      execFileSync('npm', ['install', '--prefix', folder, ...quiet, 'node@24'], options)
    } catch {
      return null
    }
  }
  return existsSync(executable) ? executable : null
}
