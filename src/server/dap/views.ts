// What a debug client sees of the machine where it stands: frames, scopes, variables, values of
// expressions. Handles that it is given are good until the machine moves.
import type { DebugProtocol } from '@vscode/debugprotocol'
import { VacError } from '../../base/errors.ts'
import { kindNames } from '../../isa/types.ts'
import type { Machine } from '../../machine/machine.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import type { Bytes, RecordedRun } from '../../recorded-run.ts'
import {
  type Frame,
  framesOf,
  frameValues,
  functionTitle,
  globalValues,
  type NamedValue,
} from '../debug/frames.ts'
import { bytesOfText, bytesReference, codeReference, dataId } from './references.ts'
import type { Arguments } from './requests.ts'
import type { Sources } from './sources.ts'

type Variable = DebugProtocol.Variable
type Evaluated = DebugProtocol.EvaluateResponse['body']
type DataInfo = DebugProtocol.DataBreakpointInfoResponse['body']

/** Bytes that a value in a list shows. */
const SHOWN_BYTES = 64
/** Frames that are given at once where no number is asked for. */
const MOST_FRAMES = 1000
/** The frame that stands for a machine that does not run. */
const NO_FRAME = 1

export class Views {
  private readonly run: RecordedRun
  private readonly sources: Sources
  private frames: readonly Frame[] | null = null
  private containers: (() => Variable[])[] = []
  private lineOf: (line: number) => number

  /** `lineOf`: how the client counts lines. */
  constructor(run: RecordedRun, sources: Sources, lineOf: (line: number) => number) {
    this.run = run
    this.sources = sources
    this.lineOf = lineOf
  }

  /** The machine has moved. */
  moved(): void {
    this.frames = null
    this.containers = []
  }

  stackTrace({ startFrame = 0, levels = 0 }: Arguments<'stackTrace'>) {
    const frames = this.allFrames()
    if (frames.length === 0) return { stackFrames: [this.label()], totalFrames: 1 }
    const count = levels === 0 ? MOST_FRAMES : levels
    const stackFrames = frames
      .slice(startFrame, startFrame + count)
      .map((frame, n) => this.frame(frame, startFrame + n + 1))
    return { stackFrames, totalFrames: frames.length }
  }

  scopes(frameId: number): DebugProtocol.Scope[] {
    const frame = this.frameOf(frameId)
    const scopes: DebugProtocol.Scope[] = []
    const add = (name: string, list: () => Variable[], hint?: string): void => {
      const variablesReference = this.container(list)
      const more = hint === undefined ? {} : { presentationHint: hint }
      scopes.push({ name, variablesReference, expensive: false, ...more })
    }
    const at = frame?.at ?? null
    if (at !== null) {
      add(
        'Locals',
        () => frameValues(this.machine, at).locals.map((one) => this.value(one)),
        'locals',
      )
      add('Operands', () => frameValues(this.machine, at).operands.map((one) => this.value(one)))
    }
    const { instances } = this.machine.store
    const instance = frame?.place.instance ?? instances.length - 1
    add('Globals', () => globalValues(this.machine, instance).map((one) => this.value(one)))
    add('Machine', () => this.facts())
    return scopes
  }

  variables({ variablesReference, start = 0, count = 0 }: Arguments<'variables'>): Variable[] {
    const list = this.containers[variablesReference - 1]
    if (list === undefined) {
      throw new VacError('REQUEST_INVALID', {
        found: `variables ${variablesReference}`,
        expected: 'those of the place where the machine stands',
      })
    }
    return list().slice(start, count === 0 ? undefined : start + count)
  }

  /**
   * The value of a local or a global, by name or as `local 0`, `operand 0`, `global 0`; or bytes,
   * `[MEMORY:]ADDRESS[:BYTES]`. REQUEST_INVALID, CALL_ARGUMENTS.
   */
  evaluate({ expression, frameId }: Arguments<'evaluate'>): Evaluated {
    const named = this.named(expression.trim(), frameId)
    if (named !== null) {
      const { value, type, memoryReference } = this.value(named)
      return { result: value, variablesReference: 0, ...defined({ type, memoryReference }) }
    }
    const bytes = bytesOfText(expression, 4)
    if (bytes === null) {
      throw new VacError('REQUEST_INVALID', {
        found: expression.slice(0, 100),
        expected: 'a local or a global, by name or as local 0, or ADDRESS[:BYTES]',
      })
    }
    const memoryReference = bytesReference(bytes.memory, BigInt(bytes.from))
    return { result: this.bytesText(bytes), variablesReference: 0, memoryReference }
  }

  dataInfo({
    name,
    frameId,
    bytes: sizeBytes,
    ...asked
  }: Arguments<'dataBreakpointInfo'>): DataInfo {
    const isVariable = (asked.variablesReference ?? 0) > 0
    const bytes = isVariable
      ? this.variableBytes(asked.variablesReference ?? 0, name)
      : bytesOfText(name, 4)
    if (bytes === null || this.machine.store.memories[bytes.memory] === undefined) {
      const known = isVariable || this.named(name, frameId) !== null
      const what = known ? `${name} does not lie in a memory` : `${name} is no address`
      return { dataId: null, description: `${what}: watch ADDRESS[:BYTES], such as 0x400:4` }
    }
    const range = sizeBytes === undefined ? bytes : { ...bytes, to: bytes.from + sizeBytes }
    const place = `0x${range.from.toString(16)}`
    const description = `${range.to - range.from} bytes at ${place} of memory ${range.memory}`
    const accessTypes: DebugProtocol.DataBreakpointAccessType[] = ['read', 'write', 'readWrite']
    return { dataId: dataId(range), description, accessTypes, canPersist: true }
  }

  /** Of the list of memories, one lies in a memory: a look at its beginning. */
  private variableBytes(reference: number, name: string): Bytes | null {
    const list = this.containers[reference - 1]?.() ?? []
    const found = list.find((one) => one.name === name && one.type === 'memory')
    return found?.memoryReference === undefined ? null : bytesOfText(found.memoryReference, 4)
  }

  private named(name: string, frameId: number | undefined): NamedValue | null {
    const frame = this.allFrames()[(frameId ?? 1) - 1] ?? null
    const { instances } = this.machine.store
    const { locals, operands } =
      frame === null || frame.at === null
        ? { locals: [], operands: [] }
        : frameValues(this.machine, frame.at)
    const globals = globalValues(this.machine, frame?.place.instance ?? instances.length - 1)
    const all = [...locals, ...operands, ...globals]
    const title = name.replace(/^(local|operand|global)(?=\d+$)/, '$1 ')
    return all.find((one) => one.name === name) ?? all.find((one) => one.title === title) ?? null
  }

  private value({ title, name, kind, text, address }: NamedValue): Variable {
    const { memories } = this.machine.store
    const sizeBytes = BigInt((memories[0]?.sizePages ?? 0) * PAGE_BYTES)
    const lies = address !== null && address > 0n && address < sizeBytes
    return {
      name: name ?? title,
      value: text,
      type: kindNames[kind],
      evaluateName: name ?? title,
      variablesReference: 0,
      ...(lies ? { memoryReference: bytesReference(0, address) } : {}),
    }
  }

  private facts(): Variable[] {
    const { run, machine: m } = this
    const { vac } = run
    const fact = (name: string, value: string): Variable => ({ name, value, variablesReference: 0 })
    const trap = m.trap === null ? [] : [fact('trap', m.trap.code)]
    const exit = m.status === 'exited' ? [fact('exit code', `${m.exitCode}`)] : []
    const root = this.container(() => [fact('root', vac.root())])
    const memories = this.container(() => this.memories())
    return [
      fact('tick', `${m.ticks}`),
      fact('first tick', `${run.firstTick}`),
      fact('last tick', `${run.lastTick}`),
      fact('status', m.status),
      ...exit,
      ...trap,
      fact('virtual time', `${vac.vtime} ns`),
      // The whole state is hashed: only where it is asked for.
      { name: 'root', value: '', variablesReference: root, presentationHint: { lazy: true } },
      { name: 'memories', value: `${m.store.memories.length}`, variablesReference: memories },
    ]
  }

  private memories(): Variable[] {
    return this.machine.store.memories.map((memory, number) => ({
      name: `memory ${number}`,
      value: `${memory.sizePages} pages of ${PAGE_BYTES} bytes`,
      type: 'memory',
      variablesReference: 0,
      memoryReference: bytesReference(number, 0n),
    }))
  }

  private bytesText({ memory, from, to }: Bytes): string {
    const bytes = this.run.vac.memory(memory).read(from, Math.min(to - from, SHOWN_BYTES))
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  }

  private frame({ place }: Frame, id: number): DebugProtocol.StackFrame {
    const { source, line, column } = this.sources.shown(this.machine, place)
    return {
      id,
      name: functionTitle(this.machine, place),
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
  private frameOf(id: number): Frame | null {
    const frames = this.allFrames()
    if (frames.length === 0 && id === NO_FRAME) return null
    const frame = frames[id - 1]
    if (frame !== undefined) return frame
    throw new VacError('REQUEST_INVALID', {
      found: `frame ${id}`,
      expected: `1 to ${frames.length}`,
    })
  }

  private allFrames(): readonly Frame[] {
    return (this.frames ??= framesOf(this.machine))
  }
  private container(list: () => Variable[]): number {
    return this.containers.push(list)
  }
  private get machine(): Machine {
    return this.run.vac.machine
  }
}

/** Without what is not known. */
function defined<T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }
}
