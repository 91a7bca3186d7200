// One debug client: messages in and out. What a request is answered with is the session's; here it
// is checked, and every failure becomes a response that says what and why.

import { Event, Response } from '@vscode/debugadapter/lib/messages.js'
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol.js'
import type { DebugProtocol } from '@vscode/debugprotocol'
import { VacError } from '../../base/errors.ts'
import { checkedValue } from '../../host/json-file.ts'
import { type Arguments, isRequest, type RequestName, requests } from './requests.ts'

/** What a response says; undefined: nothing but that it was done. */
export type Body = object | undefined

/** Answers requests, by their names. */
export type Answers = {
  readonly [Name in RequestName]: (asked: Arguments<Name>) => Body | Promise<Body>
}

export class Connection extends ProtocolServer {
  private answers: Answers | null = null
  private readonly closed: () => void
  private isOpen = true

  /** `closed`: called once, when the client is gone. */
  constructor(closed: () => void) {
    super()
    this.closed = closed
    this.on('close', () => this.close())
    // Bytes that are no message, or a stream that broke.
    this.on('error', (event: { body?: unknown }) => {
      this.event('output', { category: 'important', output: `vac: ${event.body}\n` })
    })
  }

  serve(answers: Answers, input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
    this.answers = answers
    input.on('end', () => this.close())
    output.on('error', () => this.close())
    this.start(input, output)
  }

  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.closed()
  }

  event(name: string, body: object = {}): void {
    if (this.isOpen) this.sendEvent(new Event(name, body))
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    this.answer(request).then(
      (body) => this.respond(request, body),
      (error: unknown) => this.refuse(request, error),
    )
  }

  private async answer({ command, arguments: given }: DebugProtocol.Request): Promise<Body> {
    const { answers } = this
    if (answers === null || typeof command !== 'string' || !isRequest(command)) {
      const expected = `one of ${Object.keys(requests).join(', ')}`
      throw new VacError('REQUEST_INVALID', { found: `${command}`.slice(0, 100), expected })
    }
    const asked = checkedValue(requests[command], given ?? {}, command, 'REQUEST_INVALID')
    const answer = answers[command] as (asked: unknown) => Body | Promise<Body>
    return answer(asked)
  }

  private respond(request: DebugProtocol.Request, body: Body): void {
    if (!this.isOpen) return
    const response: DebugProtocol.Response = new Response(request)
    if (body !== undefined) response.body = body
    this.sendResponse(response)
  }

  private refuse(request: DebugProtocol.Request, error: unknown): void {
    if (!this.isOpen) return
    const { message, id } = failureOf(error)
    const response: DebugProtocol.ErrorResponse = Object.assign(new Response(request, message), {
      // A text with braces is no format.
      body: { error: { id, format: '{message}', variables: { message }, showUser: true } },
    })
    this.sendResponse(response)
  }
}

/** What a failure says to whoever debugs; `id` is its exit code (base/errors.ts). */
export function failureOf(error: unknown): { message: string; id: number } {
  if (error instanceof VacError) {
    return { message: `${error.message} (${error.hint})`.slice(0, 2000), id: error.exit }
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { message: `INTERNAL: this is a defect of vac; please report it\n${text}`, id: 70 }
}
