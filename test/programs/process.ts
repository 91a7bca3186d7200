// Runs a script of this folder in a new process; it prints its result as JSON.
import { execFile } from 'node:child_process'
import { join } from 'node:path'

const MOST_OUTPUT_BYTES = 1 << 26

export function inProcess<T>(
  script: string,
  parameters: readonly string[] = [],
  node: string = process.execPath,
): Promise<T> {
  const command = ['--no-warnings', join(import.meta.dirname, script), ...parameters]
  return new Promise((resolve, reject) => {
    execFile(node, command, { maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout))
      else reject(new Error(`${node} ${command.join(' ')}\n${stderr}`))
    })
  })
}
