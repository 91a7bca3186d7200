// What came of a run: the JSON that `vac run --json` prints, and the exit code.
import type { Vac } from '../vac.ts'
import type { DriveEnd } from './drive.ts'
import { trapFacts } from './trap-report.ts'

/** Exit codes of a run that are not the program's own and no error of ours. */
export const Exit = { interrupted: 130, trapped: 134, closed: 141, timeout: 124 } as const

export interface Report {
  readonly status: 'exited' | 'returned' | 'trapped' | 'stopped' | 'interrupted' | 'timeout'
  /** The program's exit code where it exited, else that of vac. */
  readonly exit: number
  /** Executed instructions: a u64 in decimal, as all of them here. */
  readonly ticks: string
  /** Of the whole state, 32 bytes as hex. */
  readonly root: string
  /** Virtual nanoseconds since 1970. */
  readonly vtime: string
  /**
   * Bytes of standard input that the machine has taken: after --load-state, give it those that
   * follow.
   */
  readonly input: string
  /** Bytes that the program wrote. */
  readonly output: { readonly stdout: string; readonly stderr: string }
  /** How it was executed: ticks in decimal, and functions that exceed a limit of the host. */
  readonly engine: {
    readonly name: string
    readonly compiledTicks: string
    readonly leftFunctions: number
  }
  readonly results?: readonly string[]
  /** Denied calls by the capability that they lacked, where there were some. */
  readonly denied?: Readonly<Record<string, number>>
  readonly trap?: ReturnType<typeof trapFacts>
}

/** The root is computed only if it is asked for: it takes a look at all of the state. */
export function reportOf(
  vac: Vac,
  end: DriveEnd,
  results: readonly string[] | null,
  denied: Pick<Report, 'denied'>,
): Report {
  const status = statusOf(vac, end, results)
  const { name, compiledTicks, leftFunctions } = vac.engineFacts
  const { written, readCount, pendingBytes } = vac.world.console
  return {
    status,
    exit: exitOf(vac, status),
    ticks: `${vac.ticks}`,
    get root() {
      return vac.root()
    },
    vtime: `${vac.vtime}`,
    input: `${readCount + pendingBytes}`,
    output: { stdout: `${written.stdout}`, stderr: `${written.stderr}` },
    engine: { name, compiledTicks: `${compiledTicks}`, leftFunctions },
    ...(results === null ? {} : { results }),
    ...(vac.trap === null ? {} : { trap: trapFacts(vac.machine, vac.trap) }),
    ...denied,
  }
}

function statusOf(vac: Vac, end: DriveEnd, results: readonly string[] | null): Report['status'] {
  if (vac.status === 'trapped') return 'trapped'
  if (vac.status === 'exited') return 'exited'
  if (vac.status === 'idle') return results === null ? 'exited' : 'returned'
  if (end === 'timeout') return end
  return end === 'limit' ? 'stopped' : 'interrupted'
}

function exitOf(vac: Vac, status: Report['status']): number {
  if (status === 'trapped') return Exit.trapped
  if (status === 'interrupted' || status === 'timeout') return Exit[status]
  return vac.status === 'exited' ? vac.exitCode : 0
}

/** What the process ends with: 8 bits, and never 0 for a code that is not. */
export const exitCodeOf = ({ exit }: Report): number =>
  exit !== 0 && (exit & 255) === 0 ? 255 : exit & 255
