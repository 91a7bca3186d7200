// What debug clients may ask, with the arguments that are looked at.
import * as z from 'zod/mini'
import { engineNames } from '../../host/compiler.ts'

const whole = z.int().check(z.gte(0))
const text = z.string()
const condition = z.optional(text)
const tick = z.union([whole, z.enum(['begin', 'end'])])
const thread = z.object({ threadId: z.optional(z.int()) })
const granular = z.object({ granularity: z.optional(z.enum(['statement', 'line', 'instruction'])) })

const launch = z.object({
  recording: z.optional(text),
  program: z.optional(text),
  args: z.optional(z.array(text)),
  stdin: z.optional(text),
  cwd: z.optional(text),
  options: z.optional(z.array(text)),
  engine: z.optional(z.enum(engineNames)),
  stopOnEntry: z.optional(z.boolean()),
  tick: z.optional(tick),
})

const nothing = z.unknown()

export const requests = {
  initialize: z.object({
    linesStartAt1: z.optional(z.boolean()),
    columnsStartAt1: z.optional(z.boolean()),
    supportsProgressReporting: z.optional(z.boolean()),
  }),
  launch,
  attach: launch,
  configurationDone: nothing,
  disconnect: nothing,
  terminate: nothing,
  restart: nothing,
  cancel: z.object({ progressId: z.optional(text), requestId: z.optional(z.int()) }),
  threads: nothing,
  pause: thread,
  continue: thread,
  reverseContinue: thread,
  next: granular,
  stepIn: granular,
  stepOut: granular,
  stepBack: granular,
  seek: z.object({ tick }),
  setBreakpoints: z.object({
    source: z.object({ path: z.optional(text), sourceReference: z.optional(z.int()) }),
    breakpoints: z.optional(z.array(z.object({ line: z.int(), condition }))),
  }),
  setFunctionBreakpoints: z.object({ breakpoints: z.array(z.object({ name: text, condition })) }),
  setInstructionBreakpoints: z.object({
    breakpoints: z.array(
      z.object({ instructionReference: text, offset: z.optional(z.int()), condition }),
    ),
  }),
  setExceptionBreakpoints: nothing,
  dataBreakpointInfo: z.object({
    variablesReference: z.optional(whole),
    name: text,
    frameId: z.optional(z.int()),
    bytes: z.optional(z.int().check(z.gte(1))),
    asAddress: z.optional(z.boolean()),
  }),
  setDataBreakpoints: z.object({
    breakpoints: z.array(
      z.object({
        dataId: text,
        accessType: z.optional(z.enum(['read', 'write', 'readWrite'])),
        condition,
      }),
    ),
  }),
  exceptionInfo: thread,
  stackTrace: z.object({ startFrame: z.optional(whole), levels: z.optional(whole) }),
  scopes: z.object({ frameId: z.int() }),
  variables: z.object({
    variablesReference: whole,
    start: z.optional(whole),
    count: z.optional(whole),
  }),
  source: z.object({
    sourceReference: z.optional(z.int()),
    source: z.optional(z.object({ sourceReference: z.optional(z.int()) })),
  }),
  evaluate: z.object({
    expression: text,
    frameId: z.optional(z.int()),
    context: z.optional(text),
  }),
  disassemble: z.object({
    memoryReference: text,
    offset: z.optional(z.int()),
    instructionOffset: z.optional(z.int()),
    instructionCount: whole,
  }),
  readMemory: z.object({ memoryReference: text, offset: z.optional(z.int()), count: whole }),
}

export type RequestName = keyof typeof requests
export type Arguments<Name extends RequestName> = z.infer<(typeof requests)[Name]>

export const isRequest = (name: string): name is RequestName => Object.hasOwn(requests, name)
