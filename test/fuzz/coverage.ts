// How often each row of the table was executed, and what kinds of ends the runs had. Counts come
// from the stepper.
import { table } from '../../src/isa/table.ts'
import type { Effect } from '../../src/machine/effects/effect.ts'
import { effects } from '../../src/machine/step.ts'
import type { Checked } from './differential.ts'
import type { Summary } from './job.ts'

export class Coverage {
  readonly rows = new Float64Array(0x800)
  private readonly ends = new Map<string, number>()
  worlds = 0
  ticks = 0
  compiledTicks = 0
  reloads = 0
  long = 0
  slowestMs = 0

  /** Counts every instruction that the stepper executes from now on, in this process (or none). */
  constructor(counts = true) {
    if (!counts) return
    const list = effects as (Effect | undefined)[]
    for (const { code } of table) {
      const effect = list[code] as Effect
      list[code] = (m, here) => {
        // Constant expressions have no function and cost no ticks.
        if (here.fn.def !== undefined) this.rows[code]++
        effect(m, here)
      }
    }
  }

  add({ ticks, reloads, lines, compiledTicks }: Checked): void {
    this.worlds++
    this.ticks += ticks
    this.reloads += reloads
    this.compiledTicks += compiledTicks
    if (ticks >= 1_000) this.long++
    for (const line of lines) {
      const end = /^call \d+: (\w+) at \d+(?:, ([a-z][a-z ]+?)(?= in ))?/.exec(line)
      if (end === null) continue
      this.count(end[2] ?? end[1])
    }
  }
  /** A case that is no world: how it ended. */
  ended(name: string, ticks: number): void {
    this.worlds++
    this.ticks += ticks
    this.count(name)
  }
  private count(name: string, times = 1): void {
    this.ends.set(name, (this.ends.get(name) ?? 0) + times)
  }

  summary(): Omit<Summary, 'slowestMs'> {
    const rows: Record<string, number> = {}
    for (const { code } of table) rows[code] = this.rows[code]
    const { ticks, compiledTicks, reloads, long } = this
    const ends = Object.fromEntries(this.ends)
    return { rows, ends, ticks, compiledTicks, reloads, long }
  }
  merge(summary: Summary, worlds: number): void {
    this.worlds += worlds
    this.ticks += summary.ticks
    this.compiledTicks += summary.compiledTicks
    this.reloads += summary.reloads
    this.long += summary.long
    this.slowestMs = Math.max(this.slowestMs, summary.slowestMs)
    for (const [code, count] of Object.entries(summary.rows)) this.rows[Number(code)] += count
    for (const [name, count] of Object.entries(summary.ends)) this.count(name, count)
  }

  /** Rows that were executed fewer than `least` times, with their counts. */
  below(least: number): string[] {
    return table
      .filter(({ code }) => this.rows[code] < least)
      .map(({ code, name }) => `${name} ${this.rows[code]}`)
  }
  endsBy(name: string): number {
    return this.ends.get(name) ?? 0
  }

  /** Counts by group of rows, the rarest rows, the ends. */
  report(): string {
    const lines = [
      `${this.worlds} worlds, ${this.ticks} ticks, ${this.reloads} saved and loaded, ` +
        `${((100 * this.long) / this.worlds).toFixed(1)} % of at least 1000 ticks`,
    ]
    const sorted = [...table].sort((a, b) => this.rows[a.code] - this.rows[b.code])
    const least = sorted.slice(0, 12).map(({ code, name }) => `${name} ${this.rows[code]}`)
    lines.push(`${table.length} rows; least executed: ${least.join(', ')}`)
    for (const [name, fits] of groups) {
      const counts = table.filter((row) => fits.test(row.name)).map(({ code }) => this.rows[code])
      const sum = counts.reduce((total, count) => total + count, 0)
      const low = `least ${Math.min(...counts)}`
      lines.push(`  ${name.padEnd(22)}${`${counts.length}`.padStart(4)} rows ${sum} times, ${low}`)
    }
    lines.push(`ends: ${this.endings()}`, `slowest ${Math.round(this.slowestMs)} ms`)
    return lines.join('\n')
  }
  /** How the runs, or the cases, ended. */
  endings(): string {
    const ends = [...this.ends].sort(([, a], [, b]) => b - a)
    return ends.map(([name, count]) => `${name} ${count}`).join(', ')
  }
}

const groups: readonly (readonly [string, RegExp])[] = [
  ['jumps', /^jump|^return$|^select|^drop/],
  ['calls', /^(return_)?call/],
  ['exceptions', /throw/],
  ['locals and globals', /^(local|global)\./],
  ['references', /^ref\.|^i31\.|^any\.|^extern\./],
  ['loads and stores', /^[if]\d\d\.(load|store)/],
  ['vector memory', /^v128\.(load|store)/],
  ['far memory', /^far\./],
  ['growth', /\.(grow|size)$/],
  ['bulk', /\.(copy|fill|init)$|\.drop$/],
  ['tables', /^table\.[gs]et$/],
  ['integers', /^i(32|64)\.(?!load|store)/],
  ['floats', /^f(32|64)\.(?!load|store)/],
  ['vectors', /x\d+\.|^v128\.(?!load|store)/],
  ['calls of the wall', /^sys$/],
]
