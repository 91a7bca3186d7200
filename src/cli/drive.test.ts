// The host's loop: how often it looks, and what ends it. The machine and the clock are played.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Look } from '../machine/run.ts'
import { type Drive, drive } from './drive.ts'

const MOST_MS_BETWEEN_LOOKS = 20

/** A machine of `speed(ticks)` ticks a millisecond that needs `end` ticks, and its clock. */
function played(speed: (ticks: number) => number, end: number) {
  const clock = { ms: 0, looked: 0, longest: 0 }
  const vac = {
    status: 'running' as Drive['vac']['status'],
    ticks: 0,
    run(budget = 0, look: Look | null = null) {
      for (const last = vac.ticks + budget; vac.ticks < Math.min(last, end); ) {
        const some = Math.min(look?.laneTicks ?? budget, last - vac.ticks, end - vac.ticks)
        for (const until = vac.ticks + some; vac.ticks < until; ) {
          const few = Math.min(1000, until - vac.ticks)
          clock.ms += few / speed(vac.ticks)
          vac.ticks += few
        }
        if (look?.pause(true)) break
      }
      if (vac.ticks >= end) vac.status = 'exited'
      return { reason: 'budget' as const, ticks: vac.ticks }
    },
    input() {
      vac.status = 'running'
    },
    patience: null as bigint | null,
    elapse() {
      vac.status = 'exited'
    },
  }
  const d: Drive = {
    vac,
    input: { next: () => new Promise(() => {}) },
    output: { broken: false, flush: async () => {} },
    lastTick: Number.MAX_SAFE_INTEGER,
    interrupt: new Promise(() => {}),
    now: () => {
      clock.longest = Math.max(clock.longest, clock.ms - clock.looked)
      clock.looked = clock.ms
      return clock.ms
    },
    deadline: Number.POSITIVE_INFINITY,
    sleep: () => new Promise(() => {}),
    begin: null,
    leastPatience: 0,
  }
  return { d, vac, clock }
}

suite('drive', () => {
  test('looks at least every 20 ms, also where a program turns ten times slower', async () => {
    for (const fast of [5000, 20_000, 200_000]) {
      const slows = (ticks: number): number =>
        ticks % (fast * 200) < fast * 100 ? fast : fast / 10
      const { d, clock } = played(slows, fast * 1000)
      assert.equal(await drive(d), 'ended')
      assert.ok(clock.longest <= MOST_MS_BETWEEN_LOOKS, `${fast}: ${clock.longest} ms`)
    }
  })

  test('looks seldom at compiled code, and soon where it turns out slow', async () => {
    for (const speed of [1_000_000, 100_000]) {
      const { d, clock } = played(() => speed, speed * 20_000)
      let looks = 0
      const onLook = () => {
        looks++
        if (looks === 2) clock.longest = 0
      }
      assert.equal(await drive({ ...d, compiled: () => true, onLook }), 'ended')
      assert.ok(looks < 250, `${speed}: ${looks} looks`)
      assert.ok(clock.longest <= 300, `${speed}: ${clock.longest} ms after the first`)
    }
  })

  test('stops exactly at the last tick', async () => {
    const { d, vac } = played(() => 1000, 10_000_000)
    assert.equal(await drive({ ...d, lastTick: 123_457 }), 'limit')
    assert.equal(vac.ticks, 123_457)
  })

  test('a deadline ends it, running or waiting', async () => {
    const { d, clock } = played(() => 1000, 10_000_000)
    assert.equal(await drive({ ...d, deadline: 100 }), 'timeout')
    assert.ok(clock.ms >= 100 && clock.ms < 120, `${clock.ms} ms`)
    const waiting = played(() => 1000, 10)
    waiting.vac.status = 'waiting'
    assert.equal(await drive({ ...waiting.d, deadline: 5, sleep: async () => {} }), 'timeout')
  })

  test('an interruption ends it between turns', async () => {
    const { d, clock } = played(() => 1000, Number.POSITIVE_INFINITY)
    const interrupt = new Promise<void>((resolve) => setImmediate(resolve))
    assert.equal(await drive({ ...d, interrupt }), 'interrupted')
    assert.ok(clock.ms < 100)
  })
})
