// What a debug client sees of the machine where it stands: frames, scopes, variables, values of
// expressions.
import type { DebugProtocol } from '@vscode/debugprotocol'
import { VacError } from '../../base/errors.ts'
import type { Machine } from '../../machine/machine.ts'
import type { Bytes, RecordedRun } from '../../recorded-run.ts'
import { Expression } from '../../time/expression/expression.ts'
import {
  type SourceFrameValues,
  sourceFrameValues,
  variableOf,
} from '../../time/questions/source-variables.ts'
import type { SourceLine } from '../../wasm/dwarf/program-source.ts'
import { type Frame, framesOf, frameValues, functionTitle, globalValues } from '../debug/frames.ts'
import { sourceFrames } from '../debug/lines.ts'
import { bytesOfText, bytesReference, codeReference, dataId } from './references.ts'
import type { Arguments } from './requests.ts'
import type { Sources } from './sources.ts'
import { fact, type Item, machineValue, memoryItems, Values } from './values.ts'

type Evaluated = DebugProtocol.EvaluateResponse['body']
type DataInfo = DebugProtocol.DataBreakpointInfoResponse['body']

/** A call: of a frame the compiler may have made several. */
interface Call extends Frame {
  /** From the innermost of the frame. */
  readonly call: number
  readonly name: string
  /** null: not known. */
  readonly line: SourceLine | null
}

/** Bytes that a value in a list shows. */
const SHOWN_BYTES = 64
/** Frames that are given at once where no number is asked for, and that are looked through. */
const MOST_FRAMES = 1000
/** The frame that stands for a machine that does not run. */
const NO_FRAME = 1

export class Views {
  private readonly run: RecordedRun
  private readonly sources: Sources
  private readonly values = new Values()
  private calls: readonly Call[] | null = null
  private lineOf: (line: number) => number

  /** `lineOf`: how the client counts lines. */
  constructor(run: RecordedRun, sources: Sources, lineOf: (line: number) => number) {
    this.run = run
    this.sources = sources
    this.lineOf = lineOf
  }

  /** The machine has moved. */
  moved(): void {
    this.calls = null
    this.values.clear()
  }

  stackTrace({ startFrame = 0, levels = 0 }: Arguments<'stackTrace'>) {
    const calls = this.allCalls()
    if (calls.length === 0) return { stackFrames: [this.label()], totalFrames: 1 }
    const count = levels === 0 ? MOST_FRAMES : levels
    const stackFrames = calls
      .slice(startFrame, startFrame + count)
      .map((call, n) => this.stackFrame(call, startFrame + n + 1))
    return { stackFrames, totalFrames: calls.length }
  }

  scopes(frameId: number): DebugProtocol.Scope[] {
    const call = this.callOf(frameId)
    const { instances } = this.machine.store
    const instance = call?.place.instance ?? instances.length - 1
    const scopes: DebugProtocol.Scope[] = []
    const add = (name: string, list: () => Item[], hint?: string): void => {
      const variablesReference = this.values.add(list)
      const more = hint === undefined ? {} : { presentationHint: hint }
      scopes.push({ name, variablesReference, expensive: false, ...more })
    }
    const at = call?.at ?? null
    if (call !== null && at !== null) {
      const variables = this.variablesOf(call)
      if (variables.length > 0) add('Locals', () => variables, 'locals')
      const title = variables.length > 0 ? 'WebAssembly locals' : 'Locals'
      const ofFrame = (which: 'locals' | 'operands') => (): Item[] =>
        frameValues(this.machine, at)[which].map((one) => machineValue(this.machine, one))
      add(title, ofFrame('locals'), variables.length > 0 ? undefined : 'locals')
      add('Operands', ofFrame('operands'))
    }
    const globals = (): Item[] =>
      globalValues(this.machine, instance).map((one) => machineValue(this.machine, one))
    add('Globals', globals)
    add('Machine', () => this.facts())
    return scopes
  }

  variables({
    variablesReference,
    start = 0,
    count = 0,
  }: Arguments<'variables'>): DebugProtocol.Variable[] {
    const items = this.values.open(variablesReference)
    return items.slice(start, count === 0 ? undefined : start + count).map(({ shown }) => shown)
  }

  /**
   * A variable of the source, or a part of one: `list->at.x`; a local or a global, by name or as
   * `local 0`, `operand 0`, `global 0`; bytes, `[MEMORY:]ADDRESS[:BYTES]`; or an expression (time),
   * of the innermost frame. Errors: EXPRESSION, CALL_ARGUMENTS.
   */
  evaluate({ expression, frameId }: Arguments<'evaluate'>): Evaluated {
    const item = this.named(expression.trim(), frameId)
    if (item !== null) {
      const { name: _, value: result, evaluateName: __, ...more } = item.shown
      return { result, ...more }
    }
    const bytes = bytesOfText(expression, 4)
    if (bytes === null) return { result: this.computed(expression), variablesReference: 0 }
    const memoryReference = bytesReference(bytes.memory, BigInt(bytes.from))
    return { result: this.bytesText(bytes), variablesReference: 0, memoryReference }
  }

  dataInfo(asked: Arguments<'dataBreakpointInfo'>): DataInfo {
    const { name, frameId, bytes: sizeBytes, variablesReference = 0, asAddress = false } = asked
    const named = (): Item | null =>
      variablesReference > 0
        ? (this.values.open(variablesReference).find(({ shown }) => shown.name === name) ?? null)
        : this.named(name, frameId)
    const item = asAddress ? null : named()
    const bytes = item === null ? bytesOfText(name, 4) : item.bytes
    if (bytes === null || this.machine.store.memories[bytes.memory] === undefined) {
      const what = item === null ? `${name} is no address` : `${name} does not lie in a memory`
      return { dataId: null, description: `${what}: watch ADDRESS[:BYTES], such as 0x400:4` }
    }
    const range = sizeBytes === undefined ? bytes : { ...bytes, to: bytes.from + sizeBytes }
    const place = `0x${range.from.toString(16)}`
    const description = `${range.to - range.from} bytes at ${place} of memory ${range.memory}`
    const accessTypes: DebugProtocol.DataBreakpointAccessType[] = ['read', 'write', 'readWrite']
    return { dataId: dataId(range), description, accessTypes, canPersist: true }
  }

  private variablesOf({ at, call }: Call): Item[] {
    const frame = at === null ? null : sourceFrameValues(this.machine, at)
    if (frame === null) return []
    const { source, place, values } = frame
    const memory = this.memoryOf(frame)
    return source
      .variablesOf(place, values, call)
      .map((variable) => this.values.ofSource(memory, variable))
  }

  private named(name: string, frameId = 1): Item | null {
    const call = this.allCalls()[frameId - 1] ?? null
    const at = call?.at ?? null
    const frame = at === null ? null : sourceFrameValues(this.machine, at)
    const variable = frame === null ? null : variableOf(frame, name)
    if (frame !== null && variable !== null) {
      return this.values.ofSource(this.memoryOf(frame), variable)
    }
    const { instances } = this.machine.store
    const none = { locals: [], operands: [] }
    const { locals, operands } = at === null ? none : frameValues(this.machine, at)
    const globals = globalValues(this.machine, call?.place.instance ?? instances.length - 1)
    const all = [...locals, ...operands, ...globals]
    const title = name.replace(/^(local|operand|global)(?=\d+$)/, '$1 ')
    const found =
      all.find((one) => one.name === name) ?? all.find((one) => one.title === title) ?? null
    return found === null ? null : machineValue(this.machine, found)
  }

  private facts(): Item[] {
    const { run, machine: m } = this
    const { vac } = run
    const trap = m.trap === null ? [] : [fact('trap', m.trap.code)]
    const exit = m.status === 'exited' ? [fact('exit code', `${m.exitCode}`)] : []
    const root = this.values.add(() => [fact('root', vac.root())])
    const memories = this.values.add(() => memoryItems(m))
    const opened = (name: string, value: string, variablesReference: number, lazy: boolean) => ({
      shown: { name, value, variablesReference, presentationHint: { lazy } },
      bytes: null,
    })
    return [
      fact('tick', `${m.ticks}`),
      fact('first tick', `${run.firstTick}`),
      fact('last tick', `${run.lastTick}`),
      fact('status', m.status),
      ...exit,
      ...trap,
      fact('virtual time', `${vac.vtime} ns`),
      // The whole state is hashed: only where it is asked for.
      opened('root', '', root, true),
      opened('memories', `${m.store.memories.length}`, memories, false),
    ]
  }

  /** The memory that addresses of the source are of. */
  private memoryOf({ place }: SourceFrameValues): number {
    return this.machine.store.instances[place.instance].memories[0] ?? 0
  }

  private computed(text: string): string {
    const value = Expression.for(this.machine, text).value(this.machine)
    if (value === null) return 'not to be had here'
    return typeof value === 'object' ? JSON.stringify(Buffer.from(value).toString()) : `${value}`
  }

  private bytesText({ memory, from, to }: Bytes): string {
    const bytes = this.run.vac.memory(memory).read(from, Math.min(to - from, SHOWN_BYTES))
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  }

  private stackFrame({ place, name, line: known }: Call, id: number): DebugProtocol.StackFrame {
    const { source, line, column } = this.sources.shown(this.machine, place, known)
    return {
      id,
      name,
      source,
      line: this.lineOf(line),
      column: this.lineOf(column),
      instructionPointerReference: codeReference(place),
    }
  }

  private label(): DebugProtocol.StackFrame {
    const { status, exitCode } = this.machine
    const name = status === 'exited' ? `exited with ${exitCode}` : `nothing runs: ${status}`
    return { id: NO_FRAME, name, line: 0, column: 0, presentationHint: 'label' }
  }

  /** null: no frame stands. REQUEST_INVALID: there is none of that number. */
  private callOf(id: number): Call | null {
    const calls = this.allCalls()
    if (calls.length === 0 && id === NO_FRAME) return null
    const call = calls[id - 1]
    if (call !== undefined) return call
    throw new VacError('REQUEST_INVALID', {
      found: `frame ${id}`,
      expected: `1 to ${calls.length}`,
    })
  }

  private allCalls(): readonly Call[] {
    const m = this.machine
    return (this.calls ??= framesOf(m).flatMap((frame, n) => {
      const name = functionTitle(m, frame.place)
      const made = n < MOST_FRAMES ? sourceFrames(m, frame.place) : []
      if (made.length === 0) return [{ ...frame, call: 0, name, line: null }]
      return made.map(({ name: inlined, line }, call) => {
        const isOuter = call === made.length - 1
        return { ...frame, call, name: isOuter ? name : (inlined ?? '(inlined)'), line }
      })
    }))
  }

  private get machine(): Machine {
    return this.run.vac.machine
  }
}
