import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import { nodeHasher } from '../../host/hasher.ts'
import { zstd } from '../../host/zstd.ts'
import { chanceOf } from '../../isa/tools/random-program.ts'
import { Blob } from '../../memory/file-bytes.ts'
import { Merkle } from '../../memory/merkle.ts'
import { MemorySegments } from '../../memory/tools/segments.ts'
import { Vault } from '../../memory/vault.ts'
import { loadProgram, type TreeEntry, Vac } from '../../vac.ts'
import { Inodes } from '../../wall/files/inodes.ts'
import { GUEST } from '../../wall/tools/retrace-guest.ts'
import type { FileTree } from '../file-tree.ts'
import { Imager, keysOf } from './image.ts'
import { decodeImage, encodeImage } from './image-bytes.ts'
import { ImageComparison } from './image-compare.ts'
import { firstImage, snapshotOf } from './image-snapshot.ts'

const merkle = new Merkle(nodeHasher)

const tree: readonly TreeEntry[] = [
  { path: 'in', kind: 'file', content: new Blob(utf8('what was there at first')) },
  { path: 'big', kind: 'file', content: new Blob(new Uint8Array(300_000).fill(7)) },
  { path: 'sub', kind: 'directory' },
]

/** A run that changes memory and files, and a snapshot with its root after each deed. */
async function run(seed: number) {
  const chance = chanceOf(seed)
  const below = (limit: number): number => Math.floor(chance() * limit)
  const vac = new Vac({ directories: [{ guestPath: '.', tree }] })
  vac.start(['guest'])
  vac.instantiate(await loadProgram(utf8(GUEST))).begin('_start')
  const first = { snapshot: vac.snapshot(), root: vac.root() }
  const later: { snapshot: ReturnType<Vac['snapshot']>; root: string }[] = []
  const big = [...(vac.machine.files?.inodes.entries() ?? [])].find(
    ([, inode]) => inode.kind === 'file' && inode.bytes.sizeBytes === 300_000,
  )?.[0] as number
  for (let deed = 0; deed < 20; deed++) {
    vac.run(below(3000))
    if (vac.status === 'waiting') vac.input('x'.repeat(below(9)))
    const inodes = new Inodes(vac.machine.files as FileTree)
    const file = inodes.ownFile(big).bytes
    if (deed % 3 === 1) file.write(below(400_000), new Uint8Array(1 + below(70_000)).fill(deed))
    if (deed % 7 === 3) file.resize(below(350_000))
    vac.memory(0).write(below(65_000), Uint8Array.of(below(256)))
    later.push({ snapshot: vac.snapshot(), root: vac.root() })
  }
  return { first, later, below }
}

test('a machine of an image is the one of which it was made, whatever its base', async () => {
  for (let seed = 0; seed < 4; seed++) {
    const { first, later, below } = await run(seed)
    const imager = new Imager(first.snapshot, merkle)
    const vault = new Vault(new MemorySegments(), { hasher: nodeHasher, codec: zstd })
    const all = [first, ...later]
    const images = all.map(({ snapshot }) => imager.image(snapshot, (page) => vault.put(page)))
    all.forEach(({ root }, at) => {
      for (const base of [firstImage(first.snapshot, merkle), images[below(images.length)]]) {
        const bytes = encodeImage(images[at], base)
        const again = decodeImage(bytes, base)
        assert.deepEqual(encodeImage(again, base), bytes)
        const vac = Vac.of(snapshotOf(again, first.snapshot, (key) => vault.get(key)))
        assert.equal(vac.root(), root, `seed ${seed}, image ${at}`)
      }
      for (const key of keysOf(images[at])) assert.ok(vault.has(key))
    })
    assert.ok(encodeImage(images[8], images[8]).length < 40)
  }
})

test('images are the same where machines are, whatever their runs began with', async () => {
  const runs = [await run(1), await run(1), await run(2)]
  // Once more the first run, as if it had begun later.
  runs.push({ ...runs[0], first: runs[0].later[5] })
  const all = runs.flatMap(({ first, later }) => {
    const imager = new Imager(first.snapshot, merkle)
    return [first, ...later].map(({ snapshot, root }) => {
      return { image: imager.image(snapshot, () => {}), begin: first.snapshot, root }
    })
  })
  const comparison = new ImageComparison(merkle, new Set())
  let same = 0
  for (const a of all) {
    for (const b of all) {
      assert.equal(comparison.same(a, b), a.root === b.root, `${a.image.tick}, ${b.image.tick}`)
      if (a !== b && a.root === b.root) same++
    }
  }
  assert.ok(same > 60, `${same} are the same`)
  const some = (parts: readonly string[]) => new ImageComparison(merkle, new Set(parts))
  const [a, b] = [all[5], all[6]]
  const names = [...a.image.sections.keys(), 'device console', 'device entropy', 'device start']
  assert.ok(!some(['memories', 'files']).same(a, b) && !some(names).same(a, b))
  assert.ok(some([...names, 'memories', 'files']).same(a, b))
})

test('bytes that are no image are refused with a code, or are another image', async () => {
  const { first, later, below } = await run(9)
  const imager = new Imager(first.snapshot, merkle)
  const base = firstImage(first.snapshot, merkle)
  const bytes = encodeImage(
    imager.image(later[19].snapshot, () => {}),
    base,
  )
  let refused = 0
  for (let round = 0; round < 300; round++) {
    const copy = bytes.slice(0, below(4) === 0 ? below(bytes.length) : bytes.length)
    if (copy.length > 0) copy[below(copy.length)] ^= 1 << below(8)
    try {
      decodeImage(copy, base)
    } catch (error) {
      assert.ok(error instanceof VacError, String(error))
      refused++
    }
  }
  assert.ok(refused > 50, `${refused} refused`)
})
