// Runs one script of the suite by a machine of its own: each command passes or fails with a
// sentence.
import { VacError } from '../../src/base/errors.ts'
import type { Program } from '../../src/isa/program.ts'
import { traps } from '../../src/isa/traps.ts'
import { type Kind, wordsOf } from '../../src/isa/types.ts'
import { verifyFunction } from '../../src/isa/verify/verify.ts'
import { Jit } from '../../src/jit/jit.ts'
import { invoke, takeResults } from '../../src/machine/calls.ts'
import { exportOf, instantiate } from '../../src/machine/instantiate.ts'
import type { Extern } from '../../src/machine/link.ts'
import { Machine } from '../../src/machine/machine.ts'
import { defaultManifest } from '../../src/machine/manifest.ts'
import { run } from '../../src/machine/run.ts'
import { translate } from '../../src/wasm/translate.ts'
import type { Action, Command, Script } from './script.ts'
import { spectest } from './spectest.ts'
import { isHalf, LOW32, matches, show, showValue, wordsOfValue } from './values.ts'

/** What no test of the suite comes near: one that does is stuck. */
const BUDGET_TICKS = 200_000_000

export interface Verdict {
  readonly command: Command
  /** null: passed. */
  readonly failure: string | null
  /** The failure comes of a struct or array type: VAC turns those away. */
  readonly unsupported: boolean
  /** The machine's ticks after it. */
  readonly ticks: number
}

/** A command fails because it needs a module that was turned away as unsupported. */
class Unsupported extends Error {}
class Failure extends Error {}

/** Commands that ask for a text parser: they are not binary-form and are counted apart. */
export const needsTextParser = (command: Command): boolean =>
  command.type === 'assert_malformed' && command.module_type === 'text'

/** What the suite says of a module that does not link, and the code that says the same. */
const linkCodes: Record<string, RegExp> = {
  'unknown import': /^LINK_UNKNOWN_IMPORT$/,
  'incompatible import': /^LINK_TYPE$/,
  'incompatible import type': /^LINK_TYPE$/,
}

const check = (holds: boolean, sentence: () => string): void => {
  if (!holds) throw new Failure(sentence())
}

type Outcome = { readonly trap: string } | { readonly results: bigint[] }

/** `jit`: compiled from the first tick on, whatever can be. */
export type SpecEngine = 'auto' | 'stepper' | 'jit'

class ScriptRun {
  private readonly script: Script
  private readonly engine: SpecEngine
  private readonly m: Machine
  /** Instance numbers by the script's names; null: the module was unsupported. */
  private readonly instances = new Map<string, number | null>()
  private readonly definitions = new Map<string, Program | null>()
  private readonly registered = new Map<string, ReadonlyMap<string, Extern> | null>()
  private current: number | null | undefined = undefined
  private lastDefinition: Program | null = null
  private hashes = 0
  private kinds: readonly Kind[] = []

  constructor(script: Script, engine: SpecEngine) {
    this.script = script
    this.engine = engine
    this.m = new Machine(defaultManifest)
    if (engine === 'jit') new Jit(this.m).attach()
    this.registered.set('spectest', spectest(this.m))
  }

  get ticks(): number {
    return this.m.ticks
  }
  /** Compiled ticks; without a JIT, functions with a lane, which is made when it first runs one. */
  get fastWork(): number {
    if (this.m.fast instanceof Jit) return this.m.fast.compiledTicks
    const functions = this.m.store.instances.flatMap((instance) => instance.functions)
    return functions.filter(({ lane }) => lane !== null).length
  }

  private program(command: Command): Program {
    const file = command.binary_filename ?? command.filename ?? ''
    const program = translate(this.script.read(file))
    // Everything that is called valid must verify, called or not.
    program.functions.forEach((_, index) => void verifyFunction(program, index))
    return program
  }

  private exportsOf(instance: number): Map<string, Extern> {
    const { program } = this.m.store.instances[instance]
    return new Map(program.exports.map((entry) => [entry.name, exportOf(this.m, instance, entry)]))
  }

  /** Instantiates and runs the start function; the trap's text where it failed. */
  private instantiate(program: Program): { instance: number; trap: string | null } {
    // Programs are told apart by their hash; nothing here asks for the real one.
    const hash = new Uint8Array(32)
    new DataView(hash.buffer).setUint32(0, ++this.hashes)
    const { instance, failed } = instantiate(this.m, program, hash, ({ module, name }) => {
      const from = this.registered.get(module)
      if (from === null) throw new Unsupported(`module ${module} is unsupported`)
      return from?.get(name) ?? null
    })
    if (failed !== null) return { instance, trap: traps[failed.trap].says }
    return { instance, trap: this.finish() }
  }

  /** Runs until the machine is idle; the trap's text where it ends so. */
  private finish(): string | null {
    const { m } = this
    const { reason } = run(m, BUDGET_TICKS, null, this.engine === 'stepper' ? 'stepper' : 'auto')
    if (reason === 'idle') return null
    if (m.trap !== null) {
      const { says } = traps[m.trap.code]
      m.recover()
      return says
    }
    m.clearStack()
    m.status = 'idle'
    throw new Failure(`ended with ${reason} after ${BUDGET_TICKS} ticks`)
  }

  private instanceOf(name: string | undefined): number {
    const instance = name === undefined ? this.current : this.instances.get(name)
    if (instance === null) throw new Unsupported('the module is unsupported')
    if (instance === undefined) throw new Failure('the module was not instantiated')
    return instance
  }

  private setCurrent(instance: number | null | undefined, name: string | undefined): void {
    this.current = instance
    if (name === undefined) return
    if (instance === undefined) this.instances.delete(name)
    else this.instances.set(name, instance)
  }

  private module(command: Command, program: () => Program): void {
    const name = command.type === 'module_instance' ? command.instance : command.name
    this.setCurrent(undefined, name)
    try {
      const { instance, trap } = this.instantiate(program())
      check(trap === null, () => `instantiation trapped: ${trap}`)
      this.setCurrent(instance, name)
    } catch (error) {
      if (isUnsupported(error)) this.setCurrent(null, name)
      throw error
    }
  }

  /** Sets `kinds` to those of the results. */
  private act({ type, module, field, args = [] }: Action): Outcome {
    const instance = this.instanceOf(module)
    const found = this.exportsOf(instance).get(field)
    if (found === undefined) throw new Failure(`no export ${field}`)
    const { m } = this
    if (type === 'get') {
      if (found.kind !== 'global') throw new Failure(`${field} is a ${found.kind}`)
      const halves = m.store.globalWords.slice(found.number * 4, found.number * 4 + 4)
      this.kinds = [m.store.globals[found.number].kind]
      const words = Array.from(new BigUint64Array(halves.buffer))
      return { results: words.slice(0, wordsOf(this.kinds[0])) }
    }
    if (found.kind !== 'func') throw new Failure(`${field} is a ${found.kind}`)
    this.kinds = found.fn.resultKinds
    invoke(m, found.fn, args.flatMap(wordsOfValue))
    const trap = this.finish()
    return trap === null ? { results: takeResults(m) } : { trap }
  }

  private returns(command: Command): void {
    const outcome = this.act(command.action as Action)
    if ('trap' in outcome) throw new Failure(`trapped: ${outcome.trap}`)
    const { results } = outcome
    const expected = command.expected ?? []
    check(expected.length === this.kinds.length, () => `${this.kinds.length} results`)
    let at = 0
    expected.forEach((value, index) => {
      const kind = this.kinds[index]
      const words = results.slice(at, (at += wordsOf(kind)))
      if (isHalf(kind)) words[0] &= LOW32
      check(matches(value, kind, words), () => `${show(words)}, expected ${showValue(value)}`)
    })
    check(at === results.length, () => `${results.length} result words, expected ${at}`)
  }

  private traps(command: Command, outcome: Outcome): void {
    if (!('trap' in outcome)) throw new Failure(`returned ${show(outcome.results)}`)
    const text = command.text as string
    // `uninitialized element 2` also names the entry: then ours is the prefix.
    const alike = outcome.trap.startsWith(text) || text.startsWith(`${outcome.trap} `)
    check(alike, () => `trapped with "${outcome.trap}", expected "${text}"`)
  }

  private refuses(command: Command, codes: RegExp, act: () => void): void {
    try {
      act()
    } catch (error) {
      if (!(error instanceof VacError)) throw error
      if (codes.test(error.code)) return
      throw isUnsupported(error) ? error : new Failure(`refused with ${error.message}`)
    }
    throw new Failure(`accepted, expected: ${command.text}`)
  }

  execute(command: Command): void {
    switch (command.type) {
      case 'module':
        return this.module(command, () => this.program(command))
      case 'module_definition': {
        this.lastDefinition = this.program(command)
        if (command.name !== undefined) this.definitions.set(command.name, this.lastDefinition)
        return
      }
      case 'module_instance': {
        const name = command.module
        const program = name === undefined ? this.lastDefinition : this.definitions.get(name)
        if (!program) throw new Failure(`no definition ${name}`)
        return this.module(command, () => program)
      }
      case 'register': {
        const { as = '', name } = command
        this.registered.set(as, null)
        this.registered.set(as, this.exportsOf(this.instanceOf(name)))
        return
      }
      case 'action': {
        const outcome = this.act(command.action as Action)
        check(!('trap' in outcome), () => `trapped: ${'trap' in outcome && outcome.trap}`)
        return
      }
      case 'assert_return':
        return this.returns(command)
      case 'assert_trap':
      case 'assert_exhaustion':
        return this.traps(command, this.act(command.action as Action))
      case 'assert_exception':
        return this.traps(
          { ...command, text: 'uncaught exception' },
          this.act(command.action as Action),
        )
      case 'assert_uninstantiable': {
        const { trap } = this.instantiate(this.program(command))
        return this.traps(command, trap === null ? { results: [] } : { trap })
      }
      case 'assert_unlinkable':
        return this.refuses(command, linkCodes[command.text as string], () => {
          const program = this.program(command)
          this.instantiate(program)
        })
      case 'assert_invalid':
        return this.refuses(command, /^WASM_INVALID$/, () => void this.program(command))
      case 'assert_malformed':
        return this.refuses(command, /^WASM_MALFORMED$/, () => void this.program(command))
      default:
        throw new Failure(`unknown command ${command.type}`)
    }
  }
}

/** Turned away for its structs and arrays; other unsupported features are not in the suite. */
const isUnsupported = (error: unknown): boolean =>
  error instanceof Unsupported ||
  (error instanceof VacError &&
    error.code === 'WASM_UNSUPPORTED' &&
    /struct|array/.test(error.detail.found ?? ''))

/**
 * Every command that is binary-form, with its verdict; `onEnd` is told how much fast code there was
 * (fastWork).
 */
export function runScript(
  script: Script,
  engine: SpecEngine,
  onEnd: (fastWork: number) => void = () => {},
): Verdict[] {
  const scriptRun = new ScriptRun(script, engine)
  const verdicts: Verdict[] = []
  for (const command of script.commands) {
    if (needsTextParser(command)) continue
    try {
      scriptRun.execute(command)
      verdicts.push({ command, failure: null, unsupported: false, ticks: scriptRun.ticks })
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const failure = error instanceof Failure ? error.message : `${error.name}: ${error.message}`
      const unsupported = isUnsupported(error)
      verdicts.push({ command, failure, unsupported, ticks: scriptRun.ticks })
    }
  }
  onEnd(scriptRun.fastWork)
  return verdicts
}
