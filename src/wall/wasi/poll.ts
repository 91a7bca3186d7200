// poll_oneoff: waiting for time or for a stream. Sleeping moves virtual time and takes no real
// time.

import { sleep } from '../devices/clock.ts'
import type { Descriptor } from '../devices/descriptors.ts'
import type { Guest, WasiCall, WasiOutcome } from './call.ts'
import { timeOf } from './clock.ts'
import { Errno } from './errno.ts'
import { EVENT_BYTES, subscriptions as layouts } from './layouts.ts'
import { Right } from './rights.ts'

const EventType = { clock: 0, fdRead: 1, fdWrite: 2 } as const
const ABSOLUTE = 1
/** The other side is gone: no more bytes will come. */
const HANGUP = 1
const SUBSCRIPTIONS_LIMIT = 4096

interface Subscription {
  readonly userdata: bigint
  readonly type: number
  /** clock: nanoseconds until it fires; null: no such clock. */
  readonly remaining: bigint | null
  readonly fd: number
}

interface Event {
  readonly subscription: Subscription
  readonly error: number
  readonly readyBytes: number
  readonly flags: number
}

function readSubscription(guest: Guest, at: number): Subscription {
  const { sizeBytes, clock } = layouts[guest.dialect]
  const bytes = guest.read(at, sizeBytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = view.getUint8(8)
  const now = timeOf(guest.machine, view.getUint32(clock, true))
  const timeout = view.getBigUint64(clock + 8, true)
  const absolute = (view.getUint16(clock + 24, true) & ABSOLUTE) !== 0
  return {
    userdata: view.getBigUint64(0, true),
    type,
    remaining: now === null ? null : absolute ? later(timeout - now) : timeout,
    fd: view.getUint32(16, true),
  }
}

const later = (nanos: bigint): bigint => (nanos > 0n ? nanos : 0n)

const eventOf = (subscription: Subscription, error: number, readyBytes = 0, flags = 0): Event => ({
  subscription,
  error,
  readyBytes,
  flags,
})

/** The event of a subscription that is ready now, or null. */
function ready(guest: Guest, subscription: Subscription): Event | null {
  const { type, remaining, fd } = subscription
  if (type === EventType.clock) {
    guest.needOne('clock')
    if (remaining === null) return eventOf(subscription, Errno.inval)
    return remaining === 0n ? eventOf(subscription, Errno.success) : null
  }
  if (type !== EventType.fdRead && type !== EventType.fdWrite) {
    return eventOf(subscription, Errno.inval)
  }
  const descriptor = guest.world.descriptors.get(fd)
  const right = type === EventType.fdRead ? Right.fdRead : Right.fdWrite
  if (descriptor === undefined || (descriptor.base & right) === 0) {
    return eventOf(subscription, Errno.badf)
  }
  if (type === EventType.fdWrite) return eventOf(subscription, Errno.success)
  return readable(guest, subscription, descriptor)
}

/** A file is always ready, also at its end; standard input when bytes wait or no more come. */
function readable(guest: Guest, subscription: Subscription, descriptor: Descriptor): Event | null {
  if (descriptor.kind !== 'stream') {
    const { sizeBytes } = guest.world.files.stat(descriptor.inode)
    const offset = descriptor.kind === 'file' ? descriptor.offset : sizeBytes
    return eventOf(subscription, Errno.success, Math.max(0, sizeBytes - offset))
  }
  const { readable, pendingBytes } = guest.world.console
  if (!readable) return null
  return eventOf(subscription, Errno.success, pendingBytes, pendingBytes === 0 ? HANGUP : 0)
}

function writeEvents(guest: Guest, at: number, events: readonly Event[]): void {
  const bytes = new Uint8Array(events.length * EVENT_BYTES)
  const view = new DataView(bytes.buffer)
  events.forEach(({ subscription, error, readyBytes, flags }, index) => {
    const start = index * EVENT_BYTES
    view.setBigUint64(start, subscription.userdata, true)
    view.setUint16(start + 8, error, true)
    view.setUint8(start + 10, subscription.type)
    view.setBigUint64(start + 16, BigInt(readyBytes), true)
    view.setUint16(start + 24, flags, true)
  })
  guest.write(at, bytes)
}

/**
 * What is ready now is told at once. Else, where someone waits for input, the machine waits for it,
 * until the host says that the earliest timeout passed: which of the two came first is recorded.
 * Else virtual time moves to the earliest timeout.
 */
function poll(guest: Guest): WasiOutcome {
  const [from, to, count, eventCount] = [guest.u32(0), guest.u32(1), guest.u32(2), guest.u32(3)]
  if (count === 0 || count > SUBSCRIPTIONS_LIMIT) return Errno.inval
  const { sizeBytes } = layouts[guest.dialect]
  guest.check(to, count * EVENT_BYTES)
  guest.check(eventCount, 4)
  const subscriptions = Array.from({ length: count }, (_, index) =>
    readSubscription(guest, from + index * sizeBytes),
  )
  const now = subscriptions.map((one) => ready(guest, one)).filter((event) => event !== null)
  const elapsed = guest.world.console.takeElapsed()
  if (waitsForInput(subscriptions, now)) {
    const first = earliest(subscriptions)
    if (!elapsed || first === null) {
      guest.world.console.waitFor(first)
      return 'wait'
    }
  }
  const events = now.length > 0 ? now : sleepToFirst(guest, subscriptions)
  writeEvents(guest, to, events)
  guest.writeU32(eventCount, events.length)
  return Errno.success
}

/**
 * Is input asked for and not there, and nothing else to tell but that a time has come? Then whether
 * some came is the host's to say, also where the time has come already.
 */
function waitsForInput(subscriptions: readonly Subscription[], now: readonly Event[]): boolean {
  const told = new Set(now.map(({ subscription }) => subscription))
  const others = now.some(({ subscription, error }) => {
    return subscription.type !== EventType.clock || error !== Errno.success
  })
  return !others && subscriptions.some((one) => one.type === EventType.fdRead && !told.has(one))
}

const clocksOf = (subscriptions: readonly Subscription[]): Subscription[] =>
  subscriptions.filter((one) => one.type === EventType.clock)

/** Nanoseconds to the earliest timeout; null: there is none. */
function earliest(subscriptions: readonly Subscription[]): bigint | null {
  const times = clocksOf(subscriptions).map((one) => one.remaining as bigint)
  return times.length === 0 ? null : times.reduce((a, b) => (a < b ? a : b))
}

/** Nothing is ready but, perhaps, clocks. */
function sleepToFirst(guest: Guest, subscriptions: readonly Subscription[]): Event[] {
  const first = earliest(subscriptions) as bigint
  sleep(guest.machine, first)
  return clocksOf(subscriptions)
    .filter((one) => one.remaining === first)
    .map((subscription) => eventOf(subscription, Errno.success))
}

export const pollCalls: readonly WasiCall[] = [
  { name: 'poll_oneoff', params: 'i32 i32 i32 i32', needs: ['clock', 'console'], does: poll },
]
