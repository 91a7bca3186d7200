// A server for the browser: the sources, with their types taken out, and the cases.
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { text } from 'node:stream/consumers'
import { contentOf } from '../programs/files.ts'
import { type BrowserCase, caseOf } from './browser-cases.ts'
import type { Begin } from './served-case.ts'

const root = join(import.meta.dirname, '..', '..')

/** What the browser has in place of modules that need Node. */
const replaced: Readonly<Record<string, string>> = {
  '/src/host/hasher.ts': '/test/browser/host-hasher.ts',
  '/src/host/code-cache.ts': '/test/browser/host-code-cache.ts',
  '/src/host/same-page.ts': '/test/browser/host-same-page.ts',
}

const page = `<!doctype html>
<meta charset="utf-8">
<title>VAC in the browser</title>
<script>
const name = new URLSearchParams(location.search).get('worker') ?? 'worker'
new Worker('/test/browser/' + name + '.ts' + location.search, { type: 'module' })
</script>
`

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

function beginOf({ args, environment, input, tree }: BrowserCase): Begin {
  return {
    args,
    environment,
    input: base64(input),
    tree: tree.map((entry) => ({
      path: entry.path,
      base64: entry.kind === 'file' ? base64(contentOf(entry)) : null,
    })),
  }
}

export class Server {
  readonly origin: string
  private readonly server
  /** Handed to the page by name, as /file/NAME. */
  private readonly files: ReadonlyMap<string, Uint8Array>
  private waiting: ((result: string) => void) | null = null

  private constructor(
    server: ReturnType<typeof createServer>,
    files: ReadonlyMap<string, Uint8Array>,
  ) {
    this.server = server
    this.files = files
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        response.writeHead(404).end(String(error))
      })
    })
  }

  static async open(files: ReadonlyMap<string, Uint8Array> = new Map()): Promise<Server> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Server(server, files)
  }

  close(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  /** What the next page that runs to its end sends. */
  result(): Promise<string> {
    return new Promise((resolve) => {
      this.waiting = resolve
    })
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.origin)
    const send = (type: string, body: string | Uint8Array): void => {
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    }
    if (pathname === '/') return send('text/html', page)
    if (pathname === '/result') {
      this.waiting?.(await text(request))
      return send('text/plain', '')
    }
    const [, , name, part] = pathname.split('/')
    if (pathname.startsWith('/case/')) {
      const found = caseOf(name)
      if (part === 'begin') return send('application/json', JSON.stringify(beginOf(found)))
      return send('application/wasm', found.program)
    }
    const file = pathname.startsWith('/file/') ? this.files.get(name) : undefined
    if (file !== undefined) return send('application/octet-stream', file)
    const source = readFileSync(join(root, normalize(replaced[pathname] ?? pathname)), 'utf8')
    send('text/javascript', stripTypeScriptTypes(source))
  }
}
