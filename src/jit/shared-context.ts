// What all compiled code of a machine shares: the context memory, the book of sites, the mirrors of
// tables.
import type { FunctionInstance, TableEntity } from '../machine/store.ts'
import { GLOBALS_AT, SPILL_START_AT } from './context.ts'
import { type Site, Sites } from './sites.ts'
import { RING_PAGES } from './tracing.ts'

const PAGE = 65_536
/**
 * Stack words of the machine that frames on the host's stack may take together. A frame of the host
 * takes less than 64 bytes for each word of the machine's frame, so this is below 640 KiB of the
 * 984 KiB that V8 has.
 */
export const HOST_ROOM_WORDS = 10_000
/**
 * Of the records that are there at once: 8 bytes a word of their frames or, where bodies have a
 * shared tail, 16 a local of the host, of which there are at most five a word.
 */
const SPILL_BYTES = HOST_ROOM_WORDS * 80 + 16 * PAGE

/** Sites of a module, numbered from a base on, and the functions that they name. */
interface Chapter {
  readonly base: number
  readonly sites: Sites
  readonly functions: readonly FunctionInstance[]
}

export interface FoundSite {
  readonly site: Site
  readonly fn: FunctionInstance
}

export class SharedContext {
  readonly memory: WebAssembly.Memory
  I32: Int32Array
  I64: BigInt64Array
  /** Where records of exits begin. */
  spillAt = 0
  private readonly chapters: Chapter[] = []
  private nextSite = 0
  private readonly mirrors = new Map<TableEntity, WebAssembly.Table>()
  private readonly users = new Map<TableEntity, Set<number>>()
  private readonly stubs = new Map<FunctionInstance, unknown>()

  /** Where code that traces writes its records (tracing.ts). */
  get ring(): WebAssembly.Memory {
    return (this.ownRing ??= new WebAssembly.Memory({ initial: RING_PAGES, maximum: RING_PAGES }))
  }
  private ownRing: WebAssembly.Memory | null = null

  constructor() {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((GLOBALS_AT + SPILL_BYTES) / PAGE) })
    this.I32 = new Int32Array(this.memory.buffer)
    this.I64 = new BigInt64Array(this.memory.buffer)
    this.reserveGlobals(1)
  }

  /** Records lie behind the globals of the instance that has most. */
  reserveGlobals(count: number): void {
    const at = GLOBALS_AT + 16 * count
    if (at <= this.spillAt) return
    this.spillAt = at
    const missing = Math.ceil((at + SPILL_BYTES) / PAGE) - this.memory.buffer.byteLength / PAGE
    if (missing > 0) this.memory.grow(missing)
    this.I32 = new Int32Array(this.memory.buffer)
    this.I64 = new BigInt64Array(this.memory.buffer)
    this.I32[SPILL_START_AT / 4] = at
  }

  /** Numbers a module's sites; gives what its global `sites` is. */
  addSites(bytes: Uint8Array, functions: readonly FunctionInstance[]): WebAssembly.Global {
    const base = this.nextSite
    const sites = new Sites(bytes)
    this.chapters.push({ base, sites, functions })
    this.nextSite += sites.count
    return new WebAssembly.Global({ value: 'i32', mutable: false }, base)
  }

  site(number: number): FoundSite {
    const { chapters } = this
    let low = 0
    let high = chapters.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (chapters[middle].base <= number) low = middle
      else high = middle - 1
    }
    const { base, sites, functions } = chapters[low]
    const site = sites.at(number - base)
    return { site, fn: functions[site.fn] }
  }

  /** The host's table that mirrors one of the machine, of at least its size. */
  mirrorOf(table: TableEntity): WebAssembly.Table {
    let mirror = this.mirrors.get(table)
    if (mirror === undefined) {
      mirror = new WebAssembly.Table({ element: 'anyfunc', initial: table.size })
      this.mirrors.set(table, mirror)
      table.changedFrom = 0
      table.changedTo = table.size
    }
    if (mirror.length < table.size) mirror.grow(table.size - mirror.length)
    return mirror
  }

  /** Compiled code of several instances may not call each other: then all entries are stubs. */
  use(table: TableEntity, instance: number): void {
    let users = this.users.get(table)
    if (users === undefined) this.users.set(table, (users = new Set()))
    users.add(instance)
    table.changedFrom = 0
    table.changedTo = table.size
  }
  isShared(table: TableEntity): boolean {
    return (this.users.get(table)?.size ?? 0) > 1
  }

  stub(fn: FunctionInstance, make: () => unknown): unknown {
    let stub = this.stubs.get(fn)
    if (stub === undefined) this.stubs.set(fn, (stub = make()))
    return stub
  }
}
