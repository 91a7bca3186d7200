// Options of the command line: one table a verb. The first word that is no option ends them, so a
// guest's arguments are never taken for ours.
import { VacError } from '../base/errors.ts'
import { nearest } from './nearest.ts'

export interface OptionRow {
  /** Without the dashes. */
  readonly name: string
  readonly short?: string
  /** What its value is called; null: it takes none. */
  readonly value: string | null
  /** It may be given more than once. */
  readonly many?: true
  readonly says: string
}

/** What was given, by option name. */
export interface Given {
  readonly values: ReadonlyMap<string, readonly string[]>
  /** The first word that is no option and all after it, untouched. */
  readonly rest: readonly string[]
}

export const has = (given: Given, name: string): boolean => given.values.has(name)
export const optionValue = (given: Given, name: string): string | null =>
  given.values.get(name)?.at(-1) ?? null
export const optionValues = (given: Given, name: string): readonly string[] =>
  given.values.get(name) ?? []

const refuse = (found: string, expected: string, hint?: string): never => {
  throw new VacError('USAGE', hint === undefined ? { found, expected } : { found, expected, hint })
}

/**
 * Reads options up to the first word that is none. `anywhere`: options may also stand after words.
 */
export function parseOptions(
  words: readonly string[],
  rows: readonly OptionRow[],
  anywhere: boolean,
): Given {
  const values = new Map<string, string[]>()
  const rest: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (word === '--') {
      rest.push(...words.slice(at + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') {
      if (!anywhere) {
        rest.push(...words.slice(at))
        break
      }
      rest.push(word)
      continue
    }
    const [name, attached] = splitWord(word)
    const row = rowOf(name, rows)
    const value = row.value === null ? noValue(row, attached) : (attached ?? words[++at])
    if (value === undefined) refuse(`--${row.name} without a value`, `--${row.name} ${row.value}`)
    const list = values.get(row.name) ?? []
    if (list.length > 0 && !row.many) refuse(`--${row.name} twice`, 'once')
    values.set(row.name, [...list, value as string])
  }
  return { values, rest }
}

function splitWord(word: string): [name: string, attached: string | undefined] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
}

const named = ({ name, short }: OptionRow, word: string): boolean =>
  word === `--${name}` || (short !== undefined && word === `-${short}`)

function rowOf(name: string, rows: readonly OptionRow[]): OptionRow {
  const found = rows.find((row) => named(row, name))
  if (found !== undefined) return found
  const near = nearest(
    name,
    rows.map((row) => `--${row.name}`),
  )
  return refuse(
    `the option ${name}`,
    'a known one',
    near === null ? 'vac help VERB lists the options' : `did you mean ${near}?`,
  )
}

function noValue(row: OptionRow, attached: string | undefined): string {
  if (attached !== undefined) refuse(`--${row.name}=${attached}`, `--${row.name} without a value`)
  return ''
}

/** A whole number of at least `least` and at most `most`. */
export function wholeNumber(
  given: Given,
  name: string,
  least: number,
  most: number,
): number | null {
  const text = optionValue(given, name)
  if (text === null) return null
  const plain = text.replaceAll('_', '')
  const value = /^[0-9]{1,16}$/.test(plain) ? Number(plain) : Number.NaN
  if (!(value >= least && value <= most)) {
    refuse(`--${name} ${text}`, `a whole number from ${least} to ${most}`)
  }
  return value
}

/** A time in seconds, above 0. */
export function seconds(given: Given, name: string): number | null {
  const text = optionValue(given, name)
  if (text === null) return null
  const value = /^[0-9]{1,9}(\.[0-9]{1,9})?$/.test(text) ? Number(text) : Number.NaN
  if (!(value > 0 && value <= MOST_SECONDS)) refuse(`--${name} ${text}`, 'seconds, such as 2.5')
  return value
}

/** Longer ones exceed the host's timers. */
const MOST_SECONDS = 2_000_000

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** A size such as 512M or 2GiB, in bytes. */
export function sizeBytes(given: Given, name: string, most: number): number | null {
  const text = optionValue(given, name)
  if (text === null) return null
  const match = /^([0-9]{1,12})([KMG]?)(?:iB)?$/.exec(text)
  const value = match === null ? Number.NaN : Number(match[1]) * units[match[2]]
  if (!(value <= most)) refuse(`--${name} ${text}`, `a size up to ${most} bytes, such as 512M`)
  return value
}
