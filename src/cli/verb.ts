// The shape of a verb of the command line, and what it is handed.
import type { Given, OptionRow } from './options.ts'

export interface Example {
  readonly line: string
  readonly says: string
}

export interface Verb {
  readonly name: string
  readonly says: string
  /** What stands after the verb. */
  readonly usage: string
  readonly examples: readonly Example[]
  readonly options: readonly OptionRow[]
  /** Options may stand after words too: for verbs that start no guest. */
  readonly optionsAnywhere: boolean
  /** More for the verb's help. */
  readonly notes?: string
  /** Gives the exit code. */
  readonly run: (given: Given, io: Io) => Promise<number>
}

/** The two text streams of ours: data and messages. */
export interface Io {
  /** Data, on standard output. */
  readonly print: (text: string) => void
  /** Messages, on standard error. */
  readonly tell: (text: string) => void
}

export const jsonOption: OptionRow = {
  name: 'json',
  value: null,
  says: 'print one JSON object on standard output',
}

/** One line of JSON; bigints as decimal strings. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? `${field}` : field))}\n`
