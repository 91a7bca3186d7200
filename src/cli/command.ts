// One command: finds the verb, runs it, and turns every failure into a coded message and an exit
// code.
import { catalogue, VacError } from '../base/errors.ts'
import { helpText, verbHelp, verbNamed } from './help.ts'
import { has, parseOptions } from './options.ts'
import type { Io } from './verb.ts'
import { jsonLine, type Verb } from './verb.ts'
import { verbs } from './verbs.ts'

/** Words that people try first. */
const aliases: Readonly<Record<string, string>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-V': 'version',
}

const helpWords = ['--help', '-h']

/** vac's own options end at the first word that is none of them; `--help` counts only there. */
function asksForHelp(verb: Verb, words: readonly string[]): boolean {
  const at = words.findIndex((word) => helpWords.includes(word))
  if (at < 0) return false
  if (verb.optionsAnywhere) return true
  try {
    return parseOptions(words.slice(0, at), verb.options, false).rest.length === 0
  } catch {
    return false
  }
}

async function runVerb(words: readonly string[], io: Io): Promise<number> {
  const [first, ...others] = words
  if (first === undefined) {
    io.tell(`no verb\n${helpText(verbs)}`)
    return catalogue.USAGE.exit
  }
  const verb = verbNamed(verbs, Object.hasOwn(aliases, first) ? aliases[first] : first)
  if (asksForHelp(verb, others)) {
    io.print(verbHelp(verb))
    return 0
  }
  return verb.run(parseOptions(others, verb.options, verb.optionsAnywhere), io)
}

/** Is --json ours, or a word of the guest? Where the words cannot be parsed, it is ours. */
function wantsJson([first, ...others]: readonly string[]): boolean {
  const verb = verbs.find(({ name }) => name === first)
  if (verb === undefined || !others.includes('--json')) return others.includes('--json')
  try {
    return has(parseOptions(others, verb.options, verb.optionsAnywhere), 'json')
  } catch {
    return true
  }
}

function report(error: unknown, words: readonly string[], io: Io): number {
  const failure = error instanceof VacError ? error : fromHost(error)
  if (failure === null) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    io.tell(`INTERNAL: this is a defect of vac; please report it\n${text}`)
    return 70
  }
  const { code, message, detail, hint, exit } = failure
  if (wantsJson(words)) {
    io.print(jsonLine({ status: 'failed', exit, error: { code, message, ...detail, hint } }))
  }
  io.tell(message.slice(0, 2000))
  io.tell(hint)
  return exit
}

/** Failures of the host that are no defect of ours. */
function fromHost(error: unknown): VacError | null {
  if (error instanceof RangeError && /allocation|Invalid (typed )?array/i.test(error.message)) {
    return new VacError('HOST_MEMORY', { found: error.message })
  }
  return null
}

/** Runs the command line `words`, without the program's own name; gives the exit code. */
export async function command(words: readonly string[], io: Io): Promise<number> {
  try {
    return await runVerb(words, io)
  } catch (error) {
    return report(error, words, io)
  }
}
