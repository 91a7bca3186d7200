// What a bench found, as data and as text: a table of contests, then figures, each with its bar.
import type { Clock, ContestRow } from './harness.ts'
import type { Spread } from './statistics.ts'

/** A claim's figure. A bar is met where the figure is not above it. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly bar: number
  /** What we would like; missing it fails nothing. */
  readonly stretch?: number
}

export interface Report {
  readonly bench: string
  readonly clock: Clock
  /** What the peer is. */
  readonly peer: string
  /** Repeats the run. */
  readonly command: string
  readonly seed: number
  readonly repeats: number
  readonly host: { readonly node: string; readonly v8: string; readonly cpu: string }
  readonly contests: readonly ContestRow[]
  readonly figures: readonly Figure[]
  readonly facts: readonly string[]
}

export const isMet = (figure: Figure): boolean => figure.value <= figure.bar

/** Three significant digits. */
const short = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(3)

const range = ({ min, max }: Spread): string => `${short(min)}-${short(max)}`

const header = ['case', 'side', 'slowdown', 'min-max', 'ms a run', 'peer ms', 'Mticks/s']

export function textOf(report: Report): string {
  const { host } = report
  const rows = report.contests.flatMap(({ contest, rows }) =>
    rows.map((row) => [
      contest,
      row.side,
      short(row.ratio.median),
      range(row.ratio),
      short(row.millisecondsPerRun),
      short(row.peerMillisecondsPerRun),
      row.mticksPerSecond === 0 ? '-' : short(row.mticksPerSecond),
    ]),
  )
  const time = report.clock === 'cpu' ? 'CPU time' : 'time on the wall'
  return [
    `${report.bench}: ${time} over that of ${report.peer}; medians of ${report.repeats} repeats`,
    `Node ${host.node}, V8 ${host.v8}, ${host.cpu}`,
    '',
    ...(rows.length === 0 ? [] : [...table([header, ...rows]), '']),
    ...report.figures.map(({ name, value }) => `${name}: ${short(value)}`),
    ...report.facts,
    `again: ${report.command}`,
    '',
  ].join('\n')
}

/** Each figure beside its bar. */
export function checkText({ figures }: Report): string {
  const rows = figures.map((figure) => [
    isMet(figure) ? 'met' : 'MISSED',
    figure.name,
    short(figure.value),
    `bar ${short(figure.bar)}`,
    figure.stretch === undefined
      ? ''
      : `stretch ${short(figure.stretch)} ${figure.value <= figure.stretch ? 'met' : 'not met'}`,
  ])
  return `${table(rows).join('\n')}\n`
}

/** Columns as wide as their widest cell; numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)))
  const cell = (text: string, at: number): string =>
    /^[-\d.]+$/.test(text) ? text.padStart(widths[at]) : text.padEnd(widths[at])
  return rows.map((row) => row.map(cell).join('  ').trimEnd())
}
