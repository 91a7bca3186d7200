import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VacError } from '../../base/errors.ts'
import { nodeHasher } from '../../host/hasher.ts'
import { zstd } from '../../host/zstd.ts'
import { chanceOf } from '../../isa/tools/random-program.ts'
import type { Snapshot } from '../../machine/state/snapshot.ts'
import { MemorySegments } from '../../memory/tools/segments.ts'
import { Vault } from '../../memory/vault.ts'
import { VacStage } from '../../recorded-run.ts'
import { Vac } from '../../vac.ts'
import { Timeline } from '../timeline.ts'
import { recordedSample } from '../tools/recorded-sample.ts'
import type { SmallFiles } from './checkpoint-files.ts'
import { EvenGrid, MOST_CHECKPOINTS } from './even-grid.ts'
import { StoredCheckpoints } from './stored-checkpoints.ts'

const chance = chanceOf(20_261_128)
const below = (limit: number): number => Math.floor(chance() * limit)
const host = { hasher: nodeHasher, codec: zstd }

/** Files in memory whose disk may fail at the n-th change. */
class Disk {
  readonly files = new Map<string, Uint8Array>()
  readonly segments = new MemorySegments()
  changesLeft = Number.POSITIVE_INFINITY

  private change(): void {
    if (--this.changesLeft < 0) throw new VacError('FILE_UNWRITABLE', { found: 'ENOSPC' })
  }
  readonly small: SmallFiles = {
    list: () => [...this.files.keys()],
    read: (name) => this.files.get(name) as Uint8Array,
    write: (name, bytes) => {
      this.change()
      this.files.set(name, bytes)
    },
    remove: (name) => {
      this.change()
      this.files.delete(name)
    },
  }
  readonly pages = {
    ...this.segments,
    append: (name: string, bytes: Uint8Array) => {
      this.change()
      this.segments.append(name, bytes)
    },
    remove: (name: string) => {
      this.change()
      this.segments.remove(name)
    },
  }
  readonly open = (begin: Snapshot): StoredCheckpoints =>
    new StoredCheckpoints(begin, this.small, new Vault(this.pages, host), host)
}

/** All checkpoints of a disk are those of the run. */
function checkAll(stored: StoredCheckpoints, timeline: Timeline<VacStage>): void {
  for (const _ of stored.verify());
  for (const { tick, root } of stored.descriptors) {
    for (const _ of timeline.seek(tick));
    assert.equal(timeline.stage.vac.root(), root, `tick ${tick}`)
  }
}

const stageOf = (saved: Snapshot) => new VacStage(Vac.of(saved))

test('checkpoints that were kept lead to any tick, without the run before them', async () => {
  const disk = new Disk()
  const sample = await recordedSample(below, { stored: disk.open, keepBytes: 2 ** 30 })
  const { begin, lineage, roots } = sample
  const stored = disk.open(begin)
  assert.ok(stored.descriptors.length >= 3, `${stored.descriptors.length} checkpoints`)
  checkAll(stored, new Timeline(lineage, begin, (saved) => stageOf(saved as Snapshot)))
  let reads = 0
  const timeline = new Timeline(
    lineage,
    begin,
    (saved) => stageOf(saved as Snapshot),
    stored.descriptors.map(({ tick, inputs }) => ({
      tick,
      given: inputs,
      read: () => {
        reads++
        return stored.snapshot(tick)
      },
    })),
  )
  for (const [tick, root] of [...roots].reverse()) {
    for (const _ of timeline.seek(tick));
    assert.equal(timeline.stage.vac.root(), root, `tick ${tick}`)
  }
  assert.ok(reads >= 3)
})

test('a run of little work keeps no checkpoint, a longer one an early one too', async () => {
  const first: (number | undefined)[] = []
  for (const turnMs of [3, 7]) {
    const disk = new Disk()
    const own = chanceOf(7)
    const { begin, ticks } = await recordedSample((limit) => Math.floor(own() * limit), {
      stored: disk.open,
      keepBytes: 2 ** 30,
      turnMs,
    })
    first.push(disk.open(begin).descriptors[0]?.tick)
    assert.ok(ticks > 2 ** 22, `${ticks} ticks`)
  }
  assert.deepEqual(first, [undefined, 2 ** 22])
})

test('a limit of bytes makes the grid coarser, and what stays is whole', async () => {
  const disk = new Disk()
  const sample = await recordedSample(below, { stored: disk.open, keepBytes: 20_000 })
  const stored = disk.open(sample.begin)
  assert.ok(stored.vault.sizeBytes <= 20_000, `${stored.vault.sizeBytes} bytes`)
  checkAll(
    stored,
    new Timeline(sample.lineage, sample.begin, (saved) => stageOf(saved as Snapshot)),
  )
})

test('whatever change of the disk is the last one, what is there is whole', async () => {
  let [failed, kept] = [0, 0]
  for (let round = 0; round < 12; round++) {
    const disk = new Disk()
    disk.changesLeft = below(40)
    const begins: Snapshot[] = []
    const stored = (begin: Snapshot): StoredCheckpoints => {
      begins.push(begin)
      return disk.open(begin)
    }
    try {
      await recordedSample(below, { stored, keepBytes: round % 2 === 0 ? 2 ** 30 : 30_000 })
    } catch (error) {
      assert.ok(error instanceof VacError && error.code === 'FILE_UNWRITABLE', String(error))
      failed++
    }
    const opened = disk.open(begins[0])
    for (const _ of opened.verify());
    kept += opened.descriptors.length
  }
  assert.ok(failed > 3 && kept > 3, `${failed} failed, ${kept} kept`)
})

test('an even grid keeps multiples of a power of two, and at most so many', () => {
  const grid = new EvenGrid<{ tick: number }>(4)
  let gone = 0
  for (let tick = grid.after(0); tick < 40_000; tick = grid.after(tick)) {
    gone += grid.add({ tick }).length
    assert.ok(grid.all.length <= MOST_CHECKPOINTS)
    assert.ok(grid.all.every((one) => one.tick % grid.spacing === 0))
  }
  const { spacing, all } = grid
  assert.equal(all.length, Math.floor(39_999 / spacing))
  assert.ok(all.length >= MOST_CHECKPOINTS / 2 && gone > 100)
  assert.equal(grid.before(3 * spacing + 1)?.tick, 3 * spacing)
  assert.equal(grid.before(1), undefined)
})
