// Every call of WASI preview 1 and of wasi_unstable, its predecessor. One table serves both.
import type { Dialect, WasiCall } from './call.ts'
import { clockCalls } from './clock.ts'
import { descriptorCalls } from './descriptors.ts'
import { directoryCalls } from './directories.ts'
import { openCalls } from './open.ts'
import { pathCalls } from './paths.ts'
import { pollCalls } from './poll.ts'
import { processCalls } from './process.ts'
import { randomCalls } from './random.ts'
import { socketCalls } from './sockets.ts'
import { startCalls } from './start.ts'
import { transferCalls } from './transfer.ts'

export const wasiCalls: readonly WasiCall[] = [
  ...startCalls,
  ...clockCalls,
  ...transferCalls,
  ...descriptorCalls,
  ...directoryCalls,
  ...openCalls,
  ...pathCalls,
  ...pollCalls,
  ...processCalls,
  ...randomCalls,
  ...socketCalls,
]

export const wasiCallByName: ReadonlyMap<string, WasiCall> = new Map(
  wasiCalls.map((call) => [call.name, call]),
)

export const isDialect = (module: string): module is Dialect =>
  module === 'wasi_snapshot_preview1' || module === 'wasi_unstable'
