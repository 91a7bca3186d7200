import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Stopped, Work } from './work.ts'

/** Work that takes so many milliseconds a turn, by a clock that the test moves. */
function sample(turnMs: number, turns: number) {
  let clock = 0
  let done = 0
  const events: string[] = []
  const event = (name: string, body: object): void => {
    events.push([name, ...Object.values(body)].join(' '))
  }
  const listener = { event, reports: true, now: () => clock }
  const work = new Work(listener, 'w', 'Long', () => `at ${done}`)
  const steps = function* (): Generator<void, string> {
    for (; done < turns; done++) {
      clock += turnMs
      yield
    }
    return 'over'
  }
  return { events, work, run: () => work.inTurns(steps()) }
}

test('a client hears of long work now and then, and of no short one', async () => {
  const short = sample(10, 9)
  assert.equal(await short.run(), 'over')
  short.work.end()
  assert.deepEqual(short.events, [])

  const long = sample(400, 6)
  assert.equal(await long.run(), 'over')
  long.work.end()
  assert.deepEqual(long.events, [
    'progressStart w Long true',
    'progressUpdate w at 2',
    'progressUpdate w at 4',
    'progressEnd w',
  ])
})

test('work that is stopped ends, also where it has not begun', async () => {
  const running = sample(10, 1000)
  const over = assert.rejects(running.run(), Stopped)
  running.work.stop()
  await over
  const waiting = sample(10, 1)
  waiting.work.stop()
  await assert.rejects(waiting.run(), Stopped)
  let told = 0
  waiting.work.whenStopped(() => told++)
  waiting.work.stop()
  assert.equal(told, 1)
})
