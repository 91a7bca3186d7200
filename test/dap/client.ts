// A debug client for tests: the client library of VS Code's adapters, and a server in this process.
import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { DebugClient } from '@vscode/debugadapter-testsupport'
import type { DebugProtocol } from '@vscode/debugprotocol'
import { servePort } from '../../src/server/dap/serve.ts'
import { startVac } from '../cli/command.ts'

/** Only a run that hangs takes so long. */
const HANGS_MS = 120_000

type Events = 'stopped' | 'output' | 'initialized' | 'terminated' | 'progressStart' | 'progressEnd'

export class Client extends DebugClient {
  readonly outputs: DebugProtocol.OutputEvent['body'][] = []

  constructor() {
    super('', '', 'vac')
    this.defaultTimeout = HANGS_MS
    this.on('output', ({ body }: DebugProtocol.OutputEvent) => this.outputs.push(body))
  }

  /** Speaks with a process. */
  speak(child: ChildProcess): void {
    this.connect(child.stdout as Readable, child.stdin as Writable)
  }

  event(name: Events): Promise<DebugProtocol.Event> {
    return this.waitForEvent(name, HANGS_MS)
  }

  /** Does what moves the machine; gives why it stopped. */
  async moved(move: () => Promise<unknown>): Promise<DebugProtocol.StoppedEvent['body']> {
    const [event] = await Promise.all([this.event('stopped'), move()])
    return event.body
  }

  /** Launched, and stopped where it begins. */
  async begin(
    more: object,
    configure: () => Promise<unknown> = async () => {},
  ): Promise<DebugProtocol.StoppedEvent['body']> {
    const initialized = this.event('initialized')
    await this.initializeRequest()
    await Promise.all([initialized, this.request('launch', { stopOnEntry: true, ...more })])
    await configure()
    return this.moved(() => this.configurationDoneRequest())
  }

  request<T extends DebugProtocol.Response>(command: string, args: object = {}): Promise<T> {
    return this.customRequest(command, args) as Promise<T>
  }

  async frames(): Promise<DebugProtocol.StackFrame[]> {
    return (await this.stackTraceRequest({ threadId: 1 })).body.stackFrames
  }

  /** Of the innermost frame. */
  async values(scope: string): Promise<Map<string, string>> {
    const [{ id }] = await this.frames()
    const { scopes } = (await this.scopesRequest({ frameId: id })).body
    const found = scopes.find(({ name }) => name === scope)
    if (found === undefined) throw new Error(`no scope ${scope}`)
    const { variablesReference } = found
    const { variables } = (await this.variablesRequest({ variablesReference })).body
    return new Map(variables.map(({ name, value }) => [name, value]))
  }

  async tick(): Promise<number> {
    return Number((await this.values('Machine')).get('tick'))
  }

  text(): string {
    return this.outputs
      .filter(({ category }) => category === 'stdout')
      .map(({ output }) => output)
      .join('')
  }
}

export interface Server {
  readonly client: () => Promise<Client>
  readonly port: number
  readonly end: () => Promise<void>
}

/** Serves on a free port. */
export async function startServer(): Promise<Server> {
  const abort = new AbortController()
  const { promise, resolve } = Promise.withResolvers<number>()
  const over = servePort(0, (words, { cwd }) => startVac(words, {}, cwd), {
    signal: abort.signal,
    listening: resolve,
  })
  const port = await Promise.race([promise, over.then(() => 0)])
  return {
    port,
    client: async () => {
      const client = new Client()
      await client.start(port)
      return client
    },
    end: () => {
      abort.abort()
      return over
    },
  }
}
