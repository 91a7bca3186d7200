// Runs a program of unknown origin for a few ticks by both engines: with a tight manifest, all
// imports given.
import { VacError } from '../../src/base/errors.ts'
import type { Hasher } from '../../src/base/hasher.ts'
import type { Import, Program } from '../../src/isa/program.ts'
import { type Kind, kindOf, wordsOfAll } from '../../src/isa/types.ts'
import { invoke } from '../../src/machine/calls.ts'
import { addGlobal, addMemory, addTable, instantiate } from '../../src/machine/instantiate.ts'
import { addHostFunction, type Extern } from '../../src/machine/link.ts'
import { Machine } from '../../src/machine/machine.ts'
import { defaultManifest } from '../../src/machine/manifest.ts'
import { type Engine, run } from '../../src/machine/run.ts'
import { programHash } from '../../src/machine/state/program-hash.ts'
import { rootOf } from '../../src/machine/state/root.ts'

const limits = { memoryPages: 64, tableEntries: 50_000, stackWords: 4_000, instances: 4 }
/** Ticks of all calls together. */
const BUDGET_TICKS = 20_000
const CALLS = 4
const ARGUMENTS = [3n, 65_537n, 0x7fc0_0001n, 1n << 40n]
const linkCodes: readonly string[] = ['LINK_UNKNOWN_IMPORT', 'LINK_TYPE', 'INSTANCE_LIMIT']

export interface Trial {
  readonly outcome: string
  readonly ticks: number
}

/** Throws where the engines disagree, or where an error comes out that is none of linking. */
export function tryProgram(program: Program, hasher: Hasher): Trial {
  const exact = trial(program, hasher, 'stepper')
  const fast = trial(program, hasher, 'auto')
  for (const [at, line] of exact.lines.entries()) {
    if (fast.lines[at] !== line) {
      throw new Error(`the engines disagree\n  stepper ${line}\n  auto    ${fast.lines[at]}`)
    }
  }
  return { outcome: exact.outcome, ticks: exact.ticks }
}

function trial(program: Program, hasher: Hasher, engine: Engine): Trial & { lines: string[] } {
  const m = new Machine({ ...defaultManifest, limits })
  const hash = programHash(program, hasher)
  let instance: number
  try {
    const made = instantiate(m, program, hash, (wanted) => given(m, program, wanted))
    if (made.failed !== null)
      return { outcome: 'failed segment', ticks: 0, lines: [root(m, hasher)] }
    instance = made.instance
  } catch (error) {
    if (!(error instanceof VacError) || !linkCodes.includes(error.code)) throw error
    return { outcome: error.code, ticks: 0, lines: [error.message] }
  }
  const lines: string[] = []
  const settle = (): void => {
    run(m, Math.max(0, BUDGET_TICKS - m.ticks), null, engine)
    lines.push(`${m.status} ${m.ticks} ${JSON.stringify(m.trap)} ${root(m, hasher)}`)
    if (m.status === 'trapped') m.recover()
  }
  if (m.status === 'running') settle()
  for (const { kind, index } of program.exports.slice(0, 40)) {
    if (kind !== 'func' || m.status !== 'idle' || lines.length >= CALLS) continue
    const fn = m.store.instances[instance].functions[index]
    invoke(m, fn, wordsFor(fn.paramKinds))
    settle()
  }
  const last = lines.at(-1)?.split(' ')[0] ?? 'nothing to call'
  return { outcome: last, ticks: m.ticks, lines }
}

const root = (m: Machine, hasher: Hasher): string =>
  Buffer.from(rootOf(m, hasher)).toString('hex').slice(0, 16)

/** Numbers that are not 0; null references. */
const wordsFor = (kinds: readonly Kind[]): bigint[] =>
  kinds.flatMap((kind, at) => {
    const value = ARGUMENTS[at % ARGUMENTS.length]
    if (kind > 5) return [0n]
    if (kind === 5) return [value, ~value]
    return [kind === 1 || kind === 3 ? value & 0xffffffffn : value]
  })

/** Whatever is wanted, made to measure. */
function given(m: Machine, program: Program, { module, name, extern }: Import): Extern | null {
  const ids = m.types.add(program.types)
  switch (extern.kind) {
    case 'func': {
      const { params, results } = program.types[extern.type]
      const words = wordsOfAll(results.map(kindOf))
      const call = ({ machine, base }: { machine: Machine; base: number }): 'done' => {
        machine.words.I64.fill(0n, base, base + words)
        return 'done'
      }
      const fn = addHostFunction(m, {
        name: `${module}.${name}`,
        params: params.map(kindOf),
        results: results.map(kindOf),
        call,
      })
      return { kind: 'func', fn }
    }
    case 'memory':
      if (extern.memory.min > 16n) return null
      return { kind: 'memory', number: addMemory(m, extern.memory) }
    case 'table':
      if (extern.table.limits.min > 1_000n) return null
      return { kind: 'table', number: addTable(m, ids, extern.table) }
    case 'global':
      return { kind: 'global', number: addGlobal(m, ids, extern.global) }
    default: {
      const paramKinds = program.types[extern.type].params.map(kindOf)
      const tag = { typeId: ids[extern.type], paramKinds, paramWords: wordsOfAll(paramKinds) }
      return { kind: 'tag', number: m.store.tags.push(tag) - 1 }
    }
  }
}
