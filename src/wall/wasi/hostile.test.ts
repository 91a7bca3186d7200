// A guest that calls anything with anything: the host answers or waits, and never breaks.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Machine } from '../../machine/machine.ts'
import { defaultManifest } from '../../machine/manifest.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { FileGuest } from '../tools/wasi-guest.ts'
import { savedWorld } from '../world.ts'
import { directoryRights, fileRights } from './rights.ts'
import { wasiCalls } from './table.ts'

/** Numbers below `limit` that look random and are always the same. */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}

const EDGES = [0n, 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n]
const PATHS = ['a', 'b', 'a/b', '.', '..', 'a/', './a/../b', 'a/../..', '/a', '', 'l', 'l/a', 'ü']
const CALLS = 30_000
/** Calls of one guest: it soon closes what it needs. */
const LIFE = 500

suite('a hostile guest', () => {
  for (const seed of [1, 77, 4242]) {
    test(`calls with seed ${seed}`, () => {
      const next = numbers(seed)
      const answers = new Map<number | string, number>()
      let guest = fresh(seed)
      for (let count = 0; count < CALLS; count++) {
        if (count % LIFE === 0) {
          loads(guest)
          guest = fresh(seed)
        }
        const { name, params } = wasiCalls[next(wasiCalls.length)]
        if (name === 'fd_close' && next(8) > 0) continue
        const path = next(PATHS.length)
        const pathSize = new TextEncoder().encode(PATHS[path]).length
        const args = params.split(' ').map((kind, at) => {
          if (next(20) === 0) return EDGES[next(kind === 'i64' ? EDGES.length : 4)]
          if (kind === 'i64') return at > 4 ? fileRights | directoryRights : next(100)
          const isPath = name.startsWith('path_')
          if (isPath && next(2) === 0) return next(2) === 0 ? 2048 + 32 * path : pathSize
          return [next(12), next(4), 2048 + 32 * path, pathSize, next(PAGE_BYTES)][next(5)]
        })
        if (isPathFirst(name)) {
          args[0] = 3 + next(6)
          const at = name === 'path_open' || name.includes('filestat') ? 2 : 1
          if (at === 2) args[1] = next(2)
          args[at] = 2048 + 32 * path
          args[at + 1] = pathSize
        }
        if (name === 'path_open') args.splice(4, 4, [0, 1, 2, 8][next(4)], ...RIGHTS, next(32))
        const answer = guest.call(name, ...args)
        assert.ok(typeof answer === 'string' || (answer >= 0 && answer <= 76), `${name} ${answer}`)
        answers.set(answer, (answers.get(answer) ?? 0) + 1)
      }
      assert.ok((answers.get(0) ?? 0) > CALLS / 20, JSON.stringify([...answers]))
      assert.ok(answers.size > 12)
    })
  }
})

function fresh(seed: number): FileGuest {
  const guest = new FileGuest(seed === 77 ? { dialect: 'wasi_unstable' } : {})
  PATHS.forEach((path, at) => {
    guest.put(2048 + 32 * at, path)
  })
  return guest
}

const RIGHTS = [fileRights | directoryRights, fileRights | directoryRights]
const isPathFirst = (name: string): boolean =>
  name.startsWith('path_') && !['path_symlink', 'path_rename', 'path_link'].includes(name)

/** What the calls left is a state that loads. */
function loads(guest: FileGuest): void {
  const machine = new Machine(defaultManifest)
  machine.files = guest.world.files.tree
  const devices = new Map([...guest.machine.devices].map(([name, one]) => [name, one.encode()]))
  const saved = savedWorld()
  saved.fill(machine, devices)
  assert.deepEqual(saved.world.descriptors.entries(), guest.world.descriptors.entries())
}
