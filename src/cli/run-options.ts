// What `vac run` was told: its options, read and checked.
import { VacError } from '../base/errors.ts'
import { type EngineName, engineNames } from '../host/compiler.ts'
import { readInputFile } from '../host/input-file.ts'
import { defaultManifest, type Manifest } from '../machine/manifest.ts'
import { PAGE_BYTES } from '../memory/page.ts'
import {
  type Capability,
  capabilities,
  defaultGrants,
  type Grants,
  isCapability,
} from '../wall/capabilities.ts'
import { nearest } from './nearest.ts'
import {
  type Given,
  type OptionRow,
  optionValue,
  optionValues,
  sizeBytes,
  wholeNumber,
} from './options.ts'

/** Options that say what a machine may do and have. */
export const machineOptions: readonly OptionRow[] = [
  { name: 'manifest', value: 'FILE', says: 'limits, seed and rate of time, as JSON' },
  { name: 'seed', value: 'HEX', says: 'seed of the random numbers, up to 64 hex digits' },
  { name: 'env', value: 'NAME=VALUE', many: true, says: 'a variable of its environment' },
  { name: 'allow', value: 'CAP', many: true, says: 'give a capability' },
  { name: 'deny', value: 'CAP', many: true, says: 'take a capability away; `all` takes every one' },
  { name: 'memory-max', value: 'SIZE', says: 'most memory, such as 512M' },
  { name: 'stack-words', value: 'N', says: 'most words of the call stack' },
  {
    name: 'dir',
    value: 'HOST:GUEST',
    many: true,
    says: 'give it a copy of a folder, as the directory GUEST',
  },
  { name: 'tty', value: null, says: 'tell the program that its streams are a terminal' },
]

export const engineOption: OptionRow = {
  name: 'engine',
  value: 'NAME',
  says: 'auto, jit or interpreter: what executes it, a matter of speed only',
}

export function engineOf(given: Given): EngineName {
  const name = optionValue(given, 'engine') ?? 'auto'
  const found = engineNames.find((one) => one === name)
  if (found !== undefined) return found
  throw new VacError('USAGE', { found: `--engine ${name}`, expected: engineNames.join(', ') })
}

const MOST_STACK_WORDS = 2 ** 27
const MOST_MEMORY_BYTES = 2 ** 48

export interface MachineChoice {
  readonly manifest: Manifest
  readonly grants: Grants
}

/**
 * The manifest and grants; a manifest's requests bound the grants, and are recorded as what is
 * given.
 */
export async function machineChoice(given: Given): Promise<MachineChoice> {
  const path = optionValue(given, 'manifest')
  const file = path === null ? null : await readManifest(path)
  const base = file?.manifest ?? defaultManifest
  const asked = file?.requests ?? null
  const grants = new Set([...grantsOf(given)].filter((name) => asked === null || asked.has(name)))
  const memoryMax = sizeBytes(given, 'memory-max', MOST_MEMORY_BYTES)
  const limits = {
    ...base.limits,
    ...(memoryMax === null ? {} : { memoryPages: Math.floor(memoryMax / PAGE_BYTES) }),
  }
  const stackWords = wholeNumber(given, 'stack-words', 64, MOST_STACK_WORDS) ?? limits.stackWords
  return {
    manifest: {
      ...base,
      requests: [...grants].sort(),
      limits: { ...limits, stackWords },
      seed: seedOf(given) ?? base.seed,
    },
    grants,
  }
}

/** zod is loaded only where there is a manifest to check. */
async function readManifest(path: string) {
  const { MANIFEST_LIMIT_BYTES, parseManifest } = await import('../host/manifest-file.ts')
  return parseManifest(readInputFile(path, MANIFEST_LIMIT_BYTES), path)
}

function seedOf(given: Given): string | null {
  const text = optionValue(given, 'seed')
  if (text === null) return null
  if (!/^[0-9a-fA-F]{1,64}$/.test(text)) {
    throw new VacError('USAGE', { found: `--seed ${text}`, expected: '1 to 64 hex digits' })
  }
  return text.toLowerCase().padStart(64, '0')
}

export function grantsOf(given: Given): Grants {
  const grants = new Set<Capability>(defaultGrants)
  for (const name of optionValues(given, 'deny')) {
    if (name === 'all') grants.clear()
    else grants.delete(capabilityOf(name))
  }
  for (const name of optionValues(given, 'allow')) grants.add(capabilityOf(name))
  return grants
}

function capabilityOf(name: string): Capability {
  if (isCapability(name)) return name
  const names = capabilities.map((row) => row.name)
  const near = nearest(name, names)
  throw new VacError('USAGE', {
    found: `the capability ${name}`,
    expected: `one of ${names.join(', ')}`,
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  })
}

/** Checked, in the order given. */
export function environmentOf(given: Given): readonly string[] {
  const env = optionValues(given, 'env')
  for (const entry of env) {
    if (!/^[^=]+=/.test(entry)) {
      throw new VacError('USAGE', { found: `--env ${entry}`, expected: '--env NAME=VALUE' })
    }
  }
  return env
}
