// Where the user's configuration is.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * `vac.config.json` in the working folder, else `vac/config.json` in the user's configuration
 * folder; null: neither is there.
 */
export function configPath(env: NodeJS.ProcessEnv = process.env): string | null {
  const folder = env.XDG_CONFIG_HOME ?? join(homedir(), '.config')
  const paths = [resolve('vac.config.json'), join(folder, 'vac', 'config.json')]
  return paths.find((path) => existsSync(path)) ?? null
}
