// The commands of `vac debug`: a table over a session.
import { VacError } from '../../base/errors.ts'
import type { Bytes } from '../../recorded-run.ts'
import type { Motion, Motions } from '../../server/debug/motions.ts'
import { nearest } from '../nearest.ts'
import { dumpText, valuesText } from './machine-text.ts'
import type { DebugSession, Way, Work } from './session.ts'
import { listText } from './source-text.ts'
import { localsText, printText } from './variable-text.ts'

interface Command {
  readonly names: readonly string[]
  readonly arguments: string
  readonly says: string
  /** `rest`: all behind the name, as it was written. */
  readonly run: (session: DebugSession, words: readonly string[], rest: string) => Work
}

/** Does what a line says. Errors: USAGE. */
export function perform(session: DebugSession, line: string): Work {
  const [name, ...words] = line.trim().split(/\s+/)
  const rest = line.trim().slice(name.length).trim()
  const command = commands.find(({ names }) => names.includes(name))
  if (command === undefined) {
    const all = commands.flatMap(({ names }) => names)
    const meant = nearest(name, all)
    throw new VacError('USAGE', {
      found: name,
      expected: meant === null ? 'a command; help lists them' : `${meant}, perhaps`,
    })
  }
  return command.run(session, words, rest)
}

/** A number in decimal or, with 0x, in hexadecimal. `usual`: where the word is left out. */
function numberOf(word: string | undefined, what: string, usual: number | null = null): number {
  if (word === undefined && usual !== null) return usual
  const text = (word ?? '').replaceAll('_', '')
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new VacError('USAGE', { found: word ?? 'nothing', expected: what })
}

/** ADDRESS [BYTES] [MEMORY]. */
function bytesOf([address, size, number]: readonly string[], usualBytes: number): Bytes {
  const memory = numberOf(number, 'the number of a memory', 0)
  const from = numberOf(address, 'an address')
  return { memory, from, to: from + numberOf(size, 'a number of bytes', usualBytes) }
}

/** WORDS [if EXPR]. */
function conditionOf(rest: string): { words: readonly string[]; condition: string | null } {
  const match = /^(.*?)\s+if\s+(.+)$/.exec(rest)
  const [before, condition] = match === null ? [rest, null] : [match[1], match[2]]
  return { words: before.split(/\s+/), condition }
}

const writes = { reads: false, writes: true }
const accesses = new Map([
  ['writes', writes],
  ['reads', { reads: true, writes: false }],
  ['all', { reads: true, writes: true }],
])

const watching =
  (way: Way): Command['run'] =>
  (session, _, rest) => {
    const { words, condition } = conditionOf(rest)
    const [kind, ...others] = words
    const counts = accesses.get(kind)
    const bytes = bytesOf(counts === undefined ? words : others, 1)
    return session.watch({ ...bytes, ...(counts ?? writes) }, way, condition)
  }

/** syscall NAME | output TEXT. */
const going =
  (way: Way): Command['run'] =>
  (session, [what, name], rest) => {
    if (what === 'syscall') return session.syscall(name ?? '', way)
    if (what === 'output') return session.output(rest.slice(what.length).trim(), way)
    throw new VacError('USAGE', {
      found: what ?? 'nothing',
      expected: 'syscall NAME, or output TEXT',
    })
  }

/** A command that is done at once. */
const now = (
  tell: (session: DebugSession, words: readonly string[], rest: string) => string,
): Command['run'] =>
  // biome-ignore lint/correctness/useYield: it has nothing to wait for
  function* (session, words, rest) {
    return tell(session, words, rest)
  }

const motion = (
  names: readonly string[],
  says: string,
  begin: (motions: Motions) => Motion,
): Command => ({ names, arguments: '', says, run: (session) => session.move(begin) })

/** They end at breakpoints too. */
const motionCommands: readonly Command[] = [
  motion(['over', 'o'], 'one instruction, with all that it calls', (m) => m.over()),
  motion(['back-over', 'bo'], 'the same, back', (m) => m.backOver()),
  motion(['out'], 'on until the function has returned', (m) => m.out()),
  motion(['back-out'], 'back to where the function was called', (m) => m.backOut()),
  motion(['next', 'n'], 'on to another line, over calls', (m) => m.overLine()),
  motion(['into'], 'on to another line, into calls', (m) => m.intoLine()),
  motion(['back-line', 'bl'], 'back to where the line began, or the line before', (m) =>
    m.backLine(),
  ),
]

const commands: readonly Command[] = [
  {
    names: ['seek', 'go'],
    arguments: 'TICK',
    says: 'go to a tick, from anywhere',
    run: (session, [tick]) => session.go(numberOf(tick, 'a tick')),
  },
  {
    names: ['step', 's'],
    arguments: '[N]',
    says: 'N instructions on (1)',
    run: (session, [n]) => session.go(session.vac.ticks + numberOf(n, 'a number', 1)),
  },
  {
    names: ['back', 'b'],
    arguments: '[N]',
    says: 'N instructions back (1)',
    run: (session, [n]) => session.go(session.vac.ticks - numberOf(n, 'a number', 1)),
  },
  { names: ['start'], arguments: '', says: 'to the beginning', run: (s) => s.go(s.first) },
  { names: ['end'], arguments: '', says: 'to the end', run: (s) => s.go(s.last) },
  {
    names: ['at', 'info'],
    arguments: '',
    says: 'where the machine stands, and the instruction that comes next',
    run: now((session) => session.summary()),
  },
  {
    names: ['who'],
    arguments: 'ADDRESS [BYTES] [MEMORY]',
    says: 'the last write of these bytes (1): its tick, call chain, old and new bytes; goes there',
    run: (session, words) => session.who(bytesOf(words, 1)),
  },
  {
    names: ['why'],
    arguments: 'ADDRESS [BYTES] [MEMORY]',
    says: 'where these bytes (1) came from, one write behind the other; then it is here again',
    run: (session, words) => session.why(bytesOf(words, 1)),
  },
  {
    names: ['readers'],
    arguments: 'ADDRESS BYTES FROM TO',
    says: 'what read these bytes of memory 0 between two ticks (20 reads); goes behind the last',
    run: (session, [address, size, from, to]) =>
      session.readers(
        bytesOf([address, size], 1),
        numberOf(from, 'a tick'),
        numberOf(to, 'a tick'),
      ),
  },
  {
    names: ['watch'],
    arguments: '[reads | all] ADDRESS [BYTES] [MEMORY] [if EXPR]',
    says: 'on to the next write, read or access of these bytes (1), with EXPR true behind it',
    run: watching('on'),
  },
  {
    names: ['watch-back', 'wb'],
    arguments: 'the same',
    says: 'back, to behind the last one before',
    run: watching('back'),
  },
  {
    names: ['break'],
    arguments: 'FILE:LINE | FUNCTION [PC] [if EXPR]',
    says: 'a breakpoint at a line, or at a function, by name or number',
    run: now((session, _, rest) => {
      const { words, condition } = conditionOf(rest)
      const [name, pc] = words
      return session.breakAt(name, pc === undefined ? null : numberOf(pc, 'a pc'), condition)
    }),
  },
  {
    names: ['continue', 'c'],
    arguments: '',
    says: 'on to the next breakpoint',
    run: (session) => session.continue(),
  },
  {
    names: ['reverse', 'rc'],
    arguments: '',
    says: 'back to the last breakpoint before',
    run: (session) => session.reverse(),
  },
  {
    names: ['until'],
    arguments: 'syscall NAME | output TEXT',
    says: 'on to the next call of fd_write or the like; to where TEXT has been printed once more',
    run: going('on'),
  },
  {
    names: ['since'],
    arguments: 'syscall NAME | output TEXT',
    says: 'back to the last one',
    run: going('back'),
  },
  ...motionCommands,
  {
    names: ['where', 'w', 'bt'],
    arguments: '',
    says: 'the call chain, innermost first',
    run: now((session) => session.where()),
  },
  {
    names: ['list', 'l'],
    arguments: '[FILE:LINE]',
    says: 'the source around a line, or around where the machine stands',
    run: now((session, [line]) => listText(session.vac.machine, line)),
  },
  {
    names: ['locals'],
    arguments: '[FRAME]',
    says: 'parameters and variables of the source, of a frame of the call chain (0)',
    run: now((session, [frame]) =>
      localsText(session.vac.machine, numberOf(frame, 'the number of a frame', 0)),
    ),
  },
  {
    names: ['print', 'p'],
    arguments: 'NAME [FRAME]',
    says: 'a variable of the source, or a part of one: list->at.x, tags[2]',
    run: now((session, [name, frame]) =>
      printText(session.vac.machine, name ?? '', numberOf(frame, 'the number of a frame', 0)),
    ),
  },
  {
    names: ['expr', 'e'],
    arguments: 'EXPR',
    says: 'the value of an expression, as u8[0x400] + local(0)',
    run: now((session, _, rest) => session.value(rest)),
  },
  {
    names: ['values', 'v'],
    arguments: '',
    says: 'locals and operands of the innermost frame',
    run: now((session) => valuesText(session.vac.machine)),
  },
  {
    names: ['memory', 'm', 'x'],
    arguments: 'ADDRESS [BYTES] [MEMORY]',
    says: 'bytes of a memory (64; memory 0)',
    run: now((session, words) => dumpText(session.vac, bytesOf(words, 64))),
  },
  {
    names: ['root'],
    arguments: '',
    says: 'the root of the state',
    run: now((session) => session.vac.root()),
  },
  {
    names: ['checkpoints'],
    arguments: '',
    says: 'ticks from which a seek may start',
    run: now((session) => session.checkpoints()),
  },
  {
    names: ['help', 'h', '?'],
    arguments: '',
    says: 'this list',
    run: now(() => helpText()),
  },
  {
    names: ['quit', 'q', 'exit'],
    arguments: '',
    says: 'end',
    // biome-ignore lint/correctness/useYield: it has nothing to wait for
    run: function* () {
      return null
    },
  },
]

function helpText(): string {
  const rows = commands.map(({ names, arguments: words, says }) => ({
    left: `${names.join(', ')} ${words}`.trim(),
    says,
  }))
  const width = Math.max(...rows.map(({ left }) => left.length))
  return rows.map(({ left, says }) => `  ${left.padEnd(width)}  ${says}`).join('\n')
}
