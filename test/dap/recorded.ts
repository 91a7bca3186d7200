// Programs and recordings that the tests of vac dap look at, and a server.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vac } from '../cli/command.ts'
import { ADD, ECHO } from '../cli/programs.ts'
import { type Server, startServer } from './client.ts'

export interface Recorded {
  readonly server: Server
  readonly folder: string
  readonly at: (name: string) => string
  readonly end: () => Promise<void>
}

/** In a folder of its own: echo.vac, and deep.vac, which traps. */
export async function recorded(): Promise<Recorded> {
  const folder = mkdtempSync(join(tmpdir(), 'vac-test-dap-'))
  const at = (name: string): string => join(folder, name)
  writeFileSync(at('echo.wat'), ECHO)
  writeFileSync(at('add.wat'), ADD)
  await vac(['run', '--record', at('echo.vac'), at('echo.wat'), 'word'], 'one\ntwo\n')
  await vac(['run', '--record', at('deep.vac'), '--invoke', 'down', at('add.wat'), '5'])
  const server = await startServer()
  const end = async (): Promise<void> => {
    await server.end()
    rmSync(folder, { recursive: true })
  }
  return { server, folder, at, end }
}
