// A manifest from a JSON file: every field checked, unknown ones refused. spec/manifest.md
// describes it.
import * as z from 'zod/mini'
import { defaultManifest, type Manifest } from '../machine/manifest.ts'
import { type Capability, capabilities, isCapability } from '../wall/capabilities.ts'
import { checkedJson } from './json-file.ts'

/** Bytes of the largest manifest. */
export const MANIFEST_LIMIT_BYTES = 1 << 20

const whole = (least: number, most: number) => z.int().check(z.gte(least), z.lte(most))

const U64_LIMIT = 1n << 64n

const schema = z.strictObject({
  $schema: z.optional(z.string()),
  vac: z.literal(1),
  requests: z.optional(
    z.array(
      z.string().check(
        z.refine(isCapability, {
          error: `expected one of ${capabilities.map((row) => row.name).join(', ')}`,
        }),
      ),
    ),
  ),
  limits: z.optional(
    z.strictObject({
      memoryPages: z.optional(whole(0, 2 ** 32)),
      tableEntries: z.optional(whole(0, 2 ** 29)),
      stackWords: z.optional(whole(64, 2 ** 27)),
      instances: z.optional(whole(1, 1_000_000)),
    }),
  ),
  seed: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  vtime: z.optional(
    z.strictObject({
      nanosPerTick: z.optional(z.tuple([whole(0, 1e9), whole(1, 1e9)])),
      epoch: z.optional(
        z.string().check(
          z.regex(/^(0|[1-9][0-9]{0,19})$/),
          z.refine((text) => BigInt(text) < U64_LIMIT, { error: 'expected less than 2^64' }),
        ),
      ),
    }),
  ),
})

export interface ManifestFile {
  readonly manifest: Manifest
  /** What the file asks for; null: it does not say, so what is granted is given. */
  readonly requests: ReadonlySet<Capability> | null
}

/** Reads a manifest; MANIFEST_INVALID names the first field at fault. */
export function parseManifest(bytes: Uint8Array, name: string): ManifestFile {
  const fields = checkedJson(schema, bytes, name, 'MANIFEST_INVALID')
  const { limits = {}, requests, seed, vtime = {} } = fields
  return {
    manifest: {
      requests: requests ?? [],
      limits: { ...defaultManifest.limits, ...withoutUndefined(limits) },
      seed: seed ?? defaultManifest.seed,
      vtime: {
        nanosPerTick: vtime.nanosPerTick ?? defaultManifest.vtime.nanosPerTick,
        epoch: vtime.epoch === undefined ? defaultManifest.vtime.epoch : BigInt(vtime.epoch),
      },
    },
    requests: requests === undefined ? null : new Set(requests.filter(isCapability)),
  }
}

function withoutUndefined<T extends object>(
  fields: T,
): { [K in keyof T]-?: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept) as { [K in keyof T]-?: Exclude<T[K], undefined> }
}
