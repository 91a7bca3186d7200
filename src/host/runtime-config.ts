// The user's configuration: interpreters of their own. docs/guide.md describes it.
import { dirname } from 'node:path'
import * as z from 'zod/mini'
import { checkedJson } from './json-file.ts'
import type { Runtime } from './runtimes.ts'

/** Bytes of the largest configuration. */
export const CONFIG_LIMIT_BYTES = 1 << 20

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/))

const schema = z.strictObject({
  $schema: z.optional(z.string()),
  runtimes: z.optional(
    z.record(
      z.string().check(z.regex(/^\.[A-Za-z0-9_.-]+$/, { error: 'an extension such as .lua' })),
      z.strictObject({
        program: z.string().check(z.minLength(1)),
        sha256: z.optional(hash),
        files: z.optional(z.string().check(z.minLength(1))),
        filesSha256: z.optional(hash),
        args: z.array(z.string()).check(z.minLength(1)),
        env: z.optional(z.record(z.string().check(z.regex(/^[^=]+$/)), z.string())),
      }),
    ),
  ),
})

/** CONFIG_INVALID names the first field at fault. `path`: its files lie beside it. */
export function parseConfig(bytes: Uint8Array, path: string): readonly Runtime[] {
  const { runtimes = {} } = checkedJson(schema, bytes, path, 'CONFIG_INVALID')
  return Object.entries(runtimes).map(([extension, own]) => ({
    name: own.args[0],
    extensions: [extension],
    from: { folder: dirname(path) },
    program: { path: own.program, sha256: own.sha256 ?? null },
    files: own.files === undefined ? null : { path: own.files, sha256: own.filesSha256 ?? null },
    args: own.args,
    env: own.env ?? {},
  }))
}
