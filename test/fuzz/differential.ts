// One world by both engines, in one piece and in many, through saved states: all must come to the
// same.
import { generateWorld, type WorldSpec } from './generate.ts'
import { type Plan, runWorld, type Trace } from './guest.ts'
import { Random } from './random.ts'

export const whole = (engine: Plan['name'] & ('auto' | 'stepper'), roots: boolean): Plan => ({
  name: engine,
  roots,
  next: () => ({ engine, ticks: Number.MAX_SAFE_INTEGER, reload: false }),
})

/** Random stretches of random engines, now and then through a saved state. */
function sliced(r: Random): Plan {
  let reloads = 0
  return {
    name: 'sliced',
    roots: true,
    next: () => {
      const reload = reloads < 4 && r.chance(0.25)
      if (reload) reloads++
      const ticks = r.chance(0.2) ? r.range(1, 3) : r.range(1, r.pick([20, 300, 3_000]))
      return { engine: r.chance(0.75) ? 'auto' : 'stepper', ticks, reload }
    },
  }
}

export class Divergence extends Error {}

export function compare(name: string, found: Trace, expected: Trace): void {
  for (const [at, line] of expected.lines.entries()) {
    if (found.lines[at] !== line) {
      throw new Divergence(
        `${name} differs from the stepper\n  expected ${line}\n  found    ${found.lines[at]}`,
      )
    }
  }
  for (const [tick, root] of found.roots) {
    const wanted = expected.roots.get(tick)
    if (wanted !== root) {
      throw new Divergence(`${name} has another root at tick ${tick}: ${root}, not ${wanted}`)
    }
  }
}

export interface Checked {
  readonly spec: WorldSpec
  readonly ticks: number
  readonly reloads: number
  readonly lines: readonly string[]
  /** Ticks that compiled code ran. */
  readonly compiledTicks: number
}

/** Throws a Divergence, or whatever the machine throws. */
export function checkWorld(seed: number): Checked {
  const spec = generateWorld(seed)
  const r = new Random(seed + 0.5e9)
  const marks = Array.from({ length: 5 }, () => r.below(spec.capTicks)).sort((a, b) => a - b)
  const expected = runWorld(spec, whole('stepper', true), marks)
  compare('the lane', runWorld(spec, whole('auto', false), marks), expected)
  const last = runWorld(spec, sliced(r), marks)
  compare('a sliced run', last, expected)
  return {
    spec,
    ticks: expected.ticks,
    reloads: last.reloads,
    lines: expected.lines,
    compiledTicks: 0,
  }
}
