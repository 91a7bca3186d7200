// Runs in a worker of the browser: makes a recording again whose state, lineage and ticks the
// server hands over, compares all beams, and goes to the ticks, in the order given.

import { bytesOfHex } from '../../src/base/bytes.ts'
import type { Codec } from '../../src/base/codec.ts'
import { portableHasher } from '../../src/base/sha256.ts'
import type { Watch } from '../../src/machine/watch.ts'
import { readLineage } from '../../src/time/lineage/lineage.ts'
import { BeamSource } from '../../src/time/lineage/recorder.ts'
import { Comparison, Replay } from '../../src/time/lineage/replay.ts'
import { type Stage, Timeline } from '../../src/time/timeline.ts'
import { type EngineName, Vac } from '../../src/vac.ts'
import type { Saved } from '../../src/wall/retrace.ts'
import type { BrowserReplay } from './served-case.ts'

/** The browser has no zstd: this lineage is not compressed. */
const plain: Codec = {
  compress: (bytes) => bytes,
  decompress: () => {
    throw new Error('a block that is compressed')
  },
}

const fileOf = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(`/file/${name}`)).arrayBuffer())

async function replayed(engine: EngineName): Promise<BrowserReplay> {
  const begin = await fileOf('begin')
  const lineage = readLineage(await fileOf('lineage'), { hasher: portableHasher, codec: plain })
  const ticks: number[] = JSON.parse(new TextDecoder().decode(await fileOf('ticks')))

  const comparison = new Comparison(lineage)
  const source = new BeamSource(comparison.take)
  const { output, beams, denied } = source.effects
  const whole = Vac.restore(begin, { engine, output, beams, denied })
  source.attach(whole.machine)
  const replay = new Replay(whole, lineage, (_, budget) => void whole.run(budget))
  while (!replay.advance(replay.lastTick, Number.MAX_SAFE_INTEGER));
  source.end(bytesOfHex(whole.root()))
  comparison.finish()

  const like = Vac.restore(begin, { engine })
  const timeline = new Timeline(lineage, like.snapshot(), (saved) => stageOf(saved, engine, like))
  const roots = ticks.map((tick) => {
    for (const _ of timeline.seek(tick));
    return timeline.stage.vac.root()
  })
  const { equal, divergence } = comparison
  return { equal, divergence, roots, compiledTicks: whole.engineFacts.compiledTicks }
}

interface VacStage extends Stage {
  readonly vac: Vac
}

function stageOf(saved: Saved, engine: EngineName, like: Vac): VacStage {
  const vac = Vac.of(saved, { engine, like })
  const { machine, world } = vac
  const watch: Watch | null = null
  return { vac, machine, world, watch, run: (_, budget) => void vac.run(budget) }
}

const words = new URL(import.meta.url).searchParams
let result: BrowserReplay | { error: string }
try {
  result = await replayed(words.get('engine') as EngineName)
} catch (error) {
  result = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
await fetch('/result', { method: 'POST', body: JSON.stringify(result) })
