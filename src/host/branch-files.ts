// The branches of a recording on disk (spec/branches.md): a folder each beside the recording's own
// files, with a descriptor and a lineage. Nothing of a state is kept, and nothing is ever changed.
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

const FOLDER = 'branches'
const DESCRIPTOR = 'branch.json'
const LINEAGE = 'lineage.vbl'
const COLLAPSE = 'collapse.json'
const LIMIT_BYTES = 2 ** 33
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

/** A recording that is a directory. */
function requireFolder(path: string): void {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) throw new VacError('FILE_MISSING', { found: 'nothing', where: path })
  if (status.isDirectory()) return
  throw new VacError('BRANCH_REFUSED', {
    where: path,
    found: 'a recording in one file',
    expected: 'a directory, which can grow',
    hint: 'record to a name that does not end in .vac',
  })
}

export class Branches {
  private readonly path: string
  private readonly host: Host
  readonly branches: ReadonlyMap<string, Branch>
  readonly collapse: Collapse | null
  private readonly lineages = new Map<string, Lineage>()

  constructor(
    path: string,
    host: Host,
    branches: ReadonlyMap<string, Branch>,
    collapse: Collapse | null,
  ) {
    this.path = path
    this.host = host
    this.branches = branches
    this.collapse = collapse
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
    const where = join(this.path, FOLDER, wanted)
    return ancestry(this.branches, wanted) ?? damaged(where, 'other parents', 'those it had')
  }

  /** Its beams alone, from the fork on. */
  own(wanted: string): Lineage {
    const known = this.lineages.get(wanted)
    if (known !== undefined) return known
    const folder = join(this.path, FOLDER, wanted)
    const file = join(folder, LINEAGE)
    const lineage = located(file, () => readLineage(readInputFile(file, LIMIT_BYTES), this.host))
    const begin = this.host.hasher.hash(branchBytes(this.get(wanted)))
    if (!sameBytes(begin, lineage.header.begin)) {
      damaged(join(folder, DESCRIPTOR), 'another descriptor', 'the one of its lineage')
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

/** Errors: FILE_MISSING, BRANCH_REFUSED where it is one file, RECORDING_DAMAGED. */
export function openBranches(path: string, host: Host): Branches {
  requireFolder(path)
  const folder = join(path, FOLDER)
  const names = existsSync(folder) ? readdirSync(folder).filter(isBranchName).sort() : []
  const branches = new Map(names.map((each) => [each, readBranch(folder, each)]))
  return new Branches(path, host, branches, readCollapse(join(folder, COLLAPSE), host))
}

/** A descriptor has one form: the same facts in other bytes are damage. */
function readBranch(folder: string, branch: string): Branch {
  const file = join(folder, branch, DESCRIPTOR)
  const bytes = readInputFile(file, DESCRIPTOR_LIMIT_BYTES)
  const origin = checkedJson(branchSchema, bytes, file, 'RECORDING_DAMAGED')
  if (!sameBytes(branchBytes(origin), bytes)) damaged(file, 'another form', 'the canonical one')
  return { ...origin, name: branch }
}

function readCollapse(file: string, host: Host): Collapse | null {
  if (!existsSync(file)) return null
  const bytes = readInputFile(file, DESCRIPTOR_LIMIT_BYTES)
  const { chosen, criterion } = checkedJson(collapseSchema, bytes, file, 'RECORDING_DAMAGED')
  const collapse = { chosen, criterion }
  if (!sameBytes(collapseBytes(collapse, host), bytes)) {
    damaged(file, 'another text', 'the one that was written')
  }
  return collapse
}

/** Keeps which branch was chosen. FILE_UNWRITABLE where the disk refuses. */
export function writeCollapse(path: string, collapse: Collapse, host: Host): void {
  writeOutputFile(join(path, FOLDER, COLLAPSE), collapseBytes(collapse, host))
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

  /** Errors: BRANCH_REFUSED where the name is taken or none, FILE_UNWRITABLE. */
  static create(path: string, branch: string, origin: Origin, { hasher }: Host): BranchFiles {
    requireFolder(path)
    const folder = join(path, FOLDER, branch)
    if (!isBranchName(branch) || existsSync(folder)) {
      throw new VacError('BRANCH_REFUSED', {
        where: path,
        found: `the name ${branch}`,
        expected: 'a new one of a-z, 0-9, - and _, 64 at most',
      })
    }
    const part = `${folder}.part`
    const bytes = branchBytes(origin)
    try {
      rmSync(part, { recursive: true, force: true })
      mkdirSync(part, { recursive: true })
      writeOutputFile(join(part, DESCRIPTOR), bytes)
      return new BranchFiles(folder, part, openSync(join(part, LINEAGE), 'ax'), hasher.hash(bytes))
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
