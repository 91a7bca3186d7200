// The verbs of the command line, in the order of the help.
import { asmVerb } from './asm.ts'
import { benchVerb } from './bench.ts'
import { bisectVerb } from './bisect.ts'
import { branchesVerb } from './branches.ts'
import { collapseVerb } from './collapse.ts'
import { copyVerb } from './copy.ts'
import { dapVerb } from './dap.ts'
import { debugVerb } from './debug/debug.ts'
import { demoVerb } from './demo.ts'
import { diffVerb } from './diff.ts'
import { disasmVerb } from './disasm.ts'
import { forkVerb } from './fork.ts'
import { helpVerb } from './help.ts'
import { inspectVerb } from './inspect.ts'
import { logVerb } from './log.ts'
import { profileVerb } from './profile.ts'
import { readersVerb } from './readers.ts'
import { replayVerb } from './replay.ts'
import { runVerb } from './run.ts'
import { traceVerb } from './trace.ts'
import type { Verb } from './verb.ts'
import { versionVerb } from './version.ts'
import { whoVerb } from './who.ts'
import { whyVerb } from './why.ts'

export const verbs: readonly Verb[] = [
  demoVerb,
  benchVerb,
  runVerb,
  replayVerb,
  debugVerb,
  dapVerb,
  whoVerb,
  readersVerb,
  whyVerb,
  logVerb,
  traceVerb,
  profileVerb,
  diffVerb,
  bisectVerb,
  forkVerb,
  branchesVerb,
  collapseVerb,
  copyVerb,
  inspectVerb,
  asmVerb,
  disasmVerb,
  helpVerb(() => verbs),
  versionVerb,
]
