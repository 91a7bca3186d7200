// What a program can be granted. A call of the wall names the capabilities that open it; nothing
// else does.

export interface CapabilityRow {
  readonly name: string
  /** What a program with it can do. */
  readonly says: string
  /** Granted by `vac run` and the library unless denied. */
  readonly byDefault: boolean
}

export const capabilities = [
  {
    name: 'console',
    says: 'read standard input, write standard output and error',
    byDefault: true,
  },
  { name: 'args', says: 'read the arguments it was started with', byDefault: true },
  { name: 'env', says: 'read the environment it was started with', byDefault: true },
  { name: 'clock', says: 'read virtual time and sleep in it', byDefault: true },
  { name: 'entropy', says: 'draw random numbers from the seed', byDefault: true },
  { name: 'beams', says: 'emit events for whoever watches it', byDefault: true },
  {
    name: 'files:read',
    says: 'read files and list directories below those that it is given',
    byDefault: true,
  },
  {
    name: 'files:write',
    says: 'make, change and remove files below the directories that it is given',
    byDefault: true,
  },
] as const satisfies readonly CapabilityRow[]

export type Capability = (typeof capabilities)[number]['name']

export type Grants = ReadonlySet<Capability>

export const isCapability = (name: string): name is Capability =>
  capabilities.some((row) => row.name === name)

export const defaultGrants: Grants = new Set(
  capabilities.filter((row) => row.byDefault).map((row) => row.name),
)

/** True if one of the capabilities that open a call is granted; a call that needs none is open. */
export const opens = (grants: Grants, needs: readonly Capability[]): boolean =>
  needs.length === 0 || needs.some((name) => grants.has(name))
