// Sessions of vac dap: how they begin and end, what takes long, and that nothing that a client
// sends ends one.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { requests } from '../src/server/dap/requests.ts'
import { servePort } from '../src/server/dap/serve.ts'
import { root, startVac, vac } from './cli/command.ts'
import { ADD } from './cli/programs.ts'
import { Client, type Server } from './dap/client.ts'
import { type Recorded, recorded } from './dap/recorded.ts'

let files: Recorded
let server: Server
const at = (name: string): string => files.at(name)

before(async () => {
  files = await recorded()
  server = files.server
})
after(() => files.end())

test('a program is recorded first, and what was recorded is gone afterwards', async () => {
  writeFileSync(at('input.txt'), 'a line\n')
  const earlier = new Set(readdirSync(tmpdir()))
  const temporary = (): string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith('vac-dap-') && !earlier.has(name))
  const client = await server.client()
  const launched = { program: 'echo.wat', args: ['x'], stdin: 'input.txt', cwd: files.folder }
  await client.begin(launched)
  assert.equal(temporary().length, 1)
  await client.moved(() => client.continueRequest({ threadId: 1 }))
  assert.equal(client.text(), 'echo.wat\0x\0a line\n')
  await client.stop()
  for (let round = 0; temporary().length > 0 && round < 1000; round++) await setTimeout(10)
  assert.deepEqual(temporary(), [])
})

test('a long run is paused, forwards where it is and backwards where it began', async () => {
  writeFileSync(at('forever.wat'), ADD.replace('"forever"', '"_start"'))
  const ticks = 2_000_000_000
  await vac(['run', '--ticks', `${ticks}`, '--record', at('long.vac'), at('forever.wat')])
  const client = await server.client()
  await client.begin({ recording: at('long.vac'), tick: ticks / 4 })
  await client.continueRequest({ threadId: 1 })
  await assert.rejects(client.stackTraceRequest({ threadId: 1 }), /REQUEST_INVALID.*a pause before/)
  const paused = await client.moved(() => client.pauseRequest({ threadId: 1 }))
  assert.equal(paused.reason, 'pause')
  const tick = await client.tick()
  assert.ok(tick >= ticks / 4 && tick <= ticks, `${tick}`)
  await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'deep' }] })
  const back = await client.moved(() =>
    Promise.all([
      client.reverseContinueRequest({ threadId: 1 }),
      client.pauseRequest({ threadId: 1 }),
    ]),
  )
  assert.equal(back.reason, 'pause')
  assert.equal(await client.tick(), tick)
  await client.stop()
})

test('what a client cannot have is refused with a code, and the session goes on', async () => {
  const client = await server.client()
  await client.initializeRequest()
  const refused: [string, object, RegExp][] = [
    ['frobnicate', {}, /REQUEST_INVALID.*frobnicate/],
    ['__proto__', {}, /REQUEST_INVALID/],
    ['stackTrace', { threadId: 1 }, /REQUEST_INVALID.*no run/],
    ['launch', {}, /REQUEST_INVALID.*a recording, or a program/],
    ['launch', { recording: 7 }, /REQUEST_INVALID.*field recording/],
    ['launch', { recording: at('nothing.vac') }, /FILE_MISSING/],
    ['launch', { recording: at('echo.wat') }, /RECORDING_DAMAGED/],
    ['launch', { program: at('nothing.wasm') }, /FILE_MISSING/],
    ['launch', { recording: at('echo.vac'), engine: 'steam' }, /REQUEST_INVALID.*field engine/],
  ]
  for (const [command, args, expected] of refused) {
    await assert.rejects(client.request(command, args), expected, command)
  }
  await client.begin({ recording: at('echo.vac') })
  const more: [string, object, RegExp][] = [
    ['launch', { recording: at('echo.vac') }, /REQUEST_INVALID.*second/],
    ['scopes', { frameId: 99 }, /REQUEST_INVALID.*frame 99/],
    ['variables', { variablesReference: 99 }, /REQUEST_INVALID/],
    ['evaluate', { expression: '99999999' }, /CALL_ARGUMENTS/],
    ['evaluate', { expression: 'what is this' }, /EXPRESSION/],
    ['readMemory', { memoryReference: '7:0x0', count: 1 }, /REQUEST_INVALID.*memory 7/],
    ['readMemory', { memoryReference: '0x0', count: 2 ** 40 }, /REQUEST_INVALID.*at most/],
    ['disassemble', { memoryReference: '0x0', instructionCount: 1 }, /REQUEST_INVALID/],
    ['disassemble', { memoryReference: '0xffffffffffffffff', instructionCount: 1 }, /REQUEST_INV/],
    ['source', { sourceReference: 99 }, /REQUEST_INVALID/],
    ['exceptionInfo', { threadId: 1 }, /REQUEST_INVALID/],
    ['setDataBreakpoints', { breakpoints: [{ dataId: 'x' }] }, /REQUEST_INVALID/],
  ]
  for (const [command, args, expected] of more) {
    await assert.rejects(client.request(command, args), expected, command)
  }
  const unknown = await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'nobody' }] })
  assert.equal(unknown.body.breakpoints[0].verified, false)
  assert.equal((await client.frames())[0].name, '_start')
  await client.stop()
})

test('bytes that are no message end no session; a page of the web gets nothing', async () => {
  const send = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let got = ''
      const socket = connect(server.port, '127.0.0.1', () => socket.write(text))
      socket.on('error', () => {})
      socket.on('close', () => resolve(got))
      socket.on('data', (bytes) => {
        got += bytes
        if (got.includes('"success"')) socket.destroy()
      })
    })
  const framed = (body: string): string => `Content-Length: ${body.length}\r\n\r\n${body}`
  const threads = framed('{"seq":1,"type":"request","command":"threads"}')
  for (const bad of ['{', 'null', '7', '{"type":"request"}', '{"type":"response"}', '[]']) {
    assert.match(await send(framed(bad) + threads), /"success"/, bad)
  }
  const page = `POST / HTTP/1.1\r\nContent-Type: text/plain\r\n${threads}`
  assert.equal(await send(page), '')
})

test('a port that is taken is refused', async () => {
  const signal = AbortSignal.abort()
  const refused = servePort(server.port, () => startVac([]), { signal, listening: () => {} })
  await assert.rejects(refused, /PORT_REFUSED.*EADDRINUSE/)
})

test('what editors are told to ask for is what can be asked for', () => {
  const known = Object.keys(requests.launch.shape).sort()
  const declared = JSON.parse(readFileSync(join(root, 'examples/vscode/package.json'), 'utf8'))
  const [{ configurationAttributes }] = declared.contributes.debuggers
  assert.deepEqual(Object.keys(configurationAttributes.launch.properties).sort(), known)
  const guide = readFileSync(join(root, 'docs/guide.md'), 'utf8')
  const shown = JSON.parse(/```json\n(\{\n {2}"version"[^`]*)```/.exec(guide)?.[1] ?? '')
  assert.equal(shown.configurations.length, 2)
  for (const { type, request, name, debugServer, ...more } of shown.configurations) {
    assert.equal(type, 'vac')
    assert.ok(request === 'launch' && name !== '' && debugServer === 4711)
    for (const key of Object.keys(more)) assert.ok(known.includes(key), key)
  }
})

test('vac dap speaks on its standard streams, and ends when the client is gone', async () => {
  for (const how of ['disconnect', 'end'] as const) {
    const child = startVac(['dap'])
    const over = once(child, 'close')
    const client = new Client()
    client.speak(child)
    await client.begin({ recording: at('echo.vac') })
    assert.equal((await client.frames())[0].name, '_start')
    if (how === 'disconnect') await client.disconnectRequest()
    else child.stdin?.end()
    assert.deepEqual(await over, [0, null])
  }
})
