// The branches of a recording on disk (spec/branches.md): a folder each, with a descriptor and a
// lineage, in the directory of the recording; of one that is one file beside it, and in it those
// that were packed with it. Nothing of a state is kept, and nothing is ever changed.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { hex, sameBytes, utf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import {
  ancestry,
  type Branch,
  type Collapse,
  effectsPolicies,
  isBranchName,
  lineageAlong,
  type Origin,
} from '../time/branches/branch.ts'
import { type Host, type Lineage, readLineage } from '../time/lineage/lineage.ts'
import { readInputFile } from './input-file.ts'
import { checkedJson } from './json-file.ts'
import { writeAll, writeOutputFile } from './output-file.ts'
import {
  BRANCHES,
  below,
  branchFolder,
  type Files,
  LIMIT_BYTES,
  unpacked,
} from './recording-archive.ts'

const DESCRIPTOR = 'branch.json'
const LINEAGE = 'lineage.vbl'
const COLLAPSE = 'collapse.json'
const DESCRIPTOR_LIMIT_BYTES = 1 << 16

const name = z.string().check(z.refine(isBranchName, { error: 'expected the name of a branch' }))
const tick = z.int().check(z.gte(0), z.lte(Number.MAX_SAFE_INTEGER))
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/))

/** The order of the fields is that of the file. */
const branchSchema = z.strictObject({
  magic: z.literal('vac.branch'),
  version: z.literal(0),
  parent: z.nullable(name),
  tick,
  root: sha256,
  changes: z.int().check(z.gte(0), z.lte(1_000_000)),
  input: z.enum(['parent', 'given']),
  effects: z.enum(effectsPolicies),
})

const collapseSchema = z.strictObject({
  magic: z.literal('vac.collapse'),
  version: z.literal(1),
  chosen: name,
  criterion: z.string().check(z.maxLength(1000)),
  sha256,
})

const jsonBytes = (value: object): Uint8Array => utf8(`${JSON.stringify(value)}\n`)

function branchBytes({ parent, tick, root, changes, input, effects }: Origin): Uint8Array {
  const magic = 'vac.branch'
  return jsonBytes({ magic, version: 0, parent, tick, root, changes, input, effects })
}

/** Last the SHA-256 of the file without it. */
function collapseBytes({ chosen, criterion }: Collapse, { hasher }: Host): Uint8Array {
  const fields = { magic: 'vac.collapse', version: 1, chosen, criterion }
  return jsonBytes({ ...fields, sha256: hex(hasher.hash(jsonBytes(fields))) })
}

const damaged = (where: string, found: string, expected: string): never => {
  throw new VacError('RECORDING_DAMAGED', { where, found, expected })
}

/** Files of branches by their paths, as `NAME/branch.json`. */
class BranchSource {
  /** On the disk: where new ones go. */
  readonly folder: string
  private readonly archive: string
  private readonly inside: Files

  /** `inside`: what the archive at the path has of them; null: there is a directory. */
  constructor(path: string, inside: Files | null) {
    this.folder = branchFolder(path, inside === null)
    this.archive = path
    this.inside = inside ?? new Map()
  }

  get names(): string[] {
    const found = existsSync(this.folder) ? readdirSync(this.folder) : []
    const inside = [...this.inside.keys()].map((file) => file.split('/')[0])
    return [...new Set([...found, ...inside])].filter(isBranchName).sort()
  }

  has(file: string): boolean {
    return this.inside.has(file) || existsSync(join(this.folder, file))
  }

  read(file: string, limitBytes: number): Uint8Array {
    return this.inside.get(file) ?? readInputFile(join(this.folder, file), limitBytes)
  }

  /** A file in words. */
  where(file: string): string {
    const isInside = this.inside.has(file)
    return isInside ? `${this.archive}, ${BRANCHES}/${file}` : join(this.folder, file)
  }
}

export class Branches {
  private readonly path: string
  private readonly source: BranchSource
  private readonly host: Host
  readonly branches: ReadonlyMap<string, Branch>
  readonly collapse: Collapse | null
  private readonly lineages = new Map<string, Lineage>()

  constructor(path: string, source: BranchSource, host: Host) {
    this.path = path
    this.source = source
    this.host = host
    this.branches = new Map(source.names.map((each) => [each, readBranch(source, each)]))
    this.collapse = readCollapse(source, host)
  }

  get(wanted: string): Branch {
    const branch = this.branches.get(wanted)
    if (branch !== undefined) return branch
    const names = [...this.branches.keys()].slice(0, 8)
    throw new VacError('BRANCH_UNKNOWN', {
      where: this.path,
      found: `no branch ${wanted}`,
      expected: names.length === 0 ? 'none is there' : `one of ${names.join(', ')}`,
    })
  }

  /** A branch and what it was forked from, the oldest first. */
  pathTo(wanted: string): Branch[] {
    this.get(wanted)
    return (
      ancestry(this.branches, wanted) ??
      damaged(this.source.where(`${wanted}/${DESCRIPTOR}`), 'other parents', 'those it had')
    )
  }

  /** Its beams alone, from the fork on. */
  own(wanted: string): Lineage {
    const known = this.lineages.get(wanted)
    if (known !== undefined) return known
    const { source, host } = this
    const file = `${wanted}/${LINEAGE}`
    const lineage = located(source.where(file), () =>
      readLineage(source.read(file, LIMIT_BYTES), host),
    )
    const begin = host.hasher.hash(branchBytes(this.get(wanted)))
    if (!sameBytes(begin, lineage.header.begin)) {
      const where = source.where(`${wanted}/${DESCRIPTOR}`)
      damaged(where, 'another descriptor', 'the one of its lineage')
    }
    this.lineages.set(wanted, lineage)
    return lineage
  }

  /** From the very beginning; `root`: that of the recording. */
  lineageOf(wanted: string, root: Lineage): Lineage {
    const path = this.pathTo(wanted)
    const parents = path.map(({ parent, tick: until }) => ({
      lineage: parent === null ? root : this.own(parent),
      tick: until,
    }))
    return lineageAlong(parents, this.own(wanted))
  }

  /** Begins to write a branch. Errors: BRANCH_REFUSED where the name is taken or none. */
  create(wanted: string, origin: Origin): BranchFiles {
    if (!isBranchName(wanted) || this.branches.has(wanted)) {
      throw new VacError('BRANCH_REFUSED', {
        where: this.path,
        found: `the name ${wanted}`,
        expected: 'a new one of a-z, 0-9, - and _, 64 at most',
      })
    }
    return BranchFiles.create(join(this.source.folder, wanted), branchBytes(origin), this.host)
  }

  /** Keeps which branch was chosen. FILE_UNWRITABLE where the disk refuses. */
  choose(collapse: Collapse): void {
    const { folder } = this.source
    try {
      mkdirSync(folder, { recursive: true })
    } catch (error) {
      unwritable(folder, error)
    }
    writeOutputFile(join(folder, COLLAPSE), collapseBytes(collapse, this.host))
  }
}

function located<T>(where: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof VacError) || error.code !== 'RECORDING_DAMAGED') throw error
    const { where: inner, ...detail } = error.detail
    throw new VacError(error.code, { ...detail, where: inner ? `${where}, ${inner}` : where })
  }
}

/**
 * Of the recording at a path. `inside`: what is in it, where it is one file and was read already.
 * Errors: FILE_MISSING, RECORDING_DAMAGED.
 */
export async function openBranches(
  path: string,
  host: Host,
  inside: Files | null = null,
): Promise<Branches> {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) throw new VacError('FILE_MISSING', { found: 'nothing', where: path })
  const files = status.isDirectory() ? null : below(inside ?? (await unpacked(path)), BRANCHES)
  return new Branches(path, new BranchSource(path, files), host)
}

/** A descriptor has one form: the same facts in other bytes are damage. */
function readBranch(source: BranchSource, branch: string): Branch {
  const file = `${branch}/${DESCRIPTOR}`
  const where = source.where(file)
  const bytes = source.read(file, DESCRIPTOR_LIMIT_BYTES)
  const origin = checkedJson(branchSchema, bytes, where, 'RECORDING_DAMAGED')
  if (!sameBytes(branchBytes(origin), bytes)) damaged(where, 'another form', 'the canonical one')
  return { ...origin, name: branch }
}

function readCollapse(source: BranchSource, host: Host): Collapse | null {
  if (!source.has(COLLAPSE)) return null
  const where = source.where(COLLAPSE)
  const bytes = source.read(COLLAPSE, DESCRIPTOR_LIMIT_BYTES)
  const { chosen, criterion } = checkedJson(collapseSchema, bytes, where, 'RECORDING_DAMAGED')
  const collapse = { chosen, criterion }
  if (!sameBytes(collapseBytes(collapse, host), bytes)) {
    damaged(where, 'another text', 'the one that was written')
  }
  return collapse
}

const unwritable = (where: string, error: unknown): never => {
  const found = (error as NodeJS.ErrnoException).code ?? String(error)
  throw new VacError('FILE_UNWRITABLE', { found, where, expected: 'a new name' })
}

/** A branch that is being written. It is there once its lineage has begun. */
export class BranchFiles {
  private readonly folder: string
  private readonly part: string
  private readonly fd: number
  private published = false
  /** SHA-256 of its descriptor, with which its lineage begins. */
  readonly begin: Uint8Array

  private constructor(folder: string, part: string, fd: number, begin: Uint8Array) {
    this.folder = folder
    this.part = part
    this.fd = fd
    this.begin = begin
  }

  /** Errors: FILE_UNWRITABLE. */
  static create(folder: string, descriptor: Uint8Array, { hasher }: Host): BranchFiles {
    const part = `${folder}.part`
    try {
      if (existsSync(folder)) throw new Error('something is there')
      rmSync(part, { recursive: true, force: true })
      mkdirSync(part, { recursive: true })
      writeOutputFile(join(part, DESCRIPTOR), descriptor)
      const fd = openSync(join(part, LINEAGE), 'ax')
      return new BranchFiles(folder, part, fd, hasher.hash(descriptor))
    } catch (error) {
      return unwritable(folder, error)
    }
  }

  readonly append = (bytes: Uint8Array): void => {
    try {
      writeAll(this.fd, bytes)
    } catch (error) {
      unwritable(this.folder, error)
    }
  }

  /** What was appended so far is a lineage: from now on the branch is there. */
  publish(): void {
    try {
      if (!this.published) renameSync(this.part, this.folder)
    } catch (error) {
      unwritable(this.folder, error)
    }
    this.published = true
  }

  close(): void {
    fsyncSync(this.fd)
    closeSync(this.fd)
  }
}
