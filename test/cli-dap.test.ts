// vac dap with a real debug client: a recorded run is gone through in both directions, by
// instructions and by lines, and nothing that a client sends ends it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { DebugProtocol } from '@vscode/debugprotocol'
import { requests } from '../src/server/dap/requests.ts'
import { servePort } from '../src/server/dap/serve.ts'
import { debugSample, SAMPLE, sampleLine } from '../src/wasm/tools/debug-sample.ts'
import { root, startVac, vac } from './cli/command.ts'
import { ADD, ECHO } from './cli/programs.ts'
import { Client, type Server, startServer } from './dap/client.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-dap-test-'))
const at = (name: string): string => join(folder, name)
const source = join(root, SAMPLE)
let server: Server

before(async () => {
  writeFileSync(at('echo.wat'), ECHO)
  writeFileSync(at('add.wat'), ADD)
  writeFileSync(at('sample.wasm'), await debugSample(['-g', '-O0']))
  await vac(['run', '--record', at('echo.vac'), at('echo.wat'), 'word'], 'one\ntwo\n')
  await vac(['run', '--record', at('deep.vac'), '--invoke', 'down', at('add.wat'), '5'])
  await vac(['run', '--record', at('sample.vac'), at('sample.wasm'), 'word'])
  server = await startServer()
})
after(async () => {
  await server.end()
  rmSync(folder, { recursive: true })
})

test('the buttons go by instructions, both ways, and tell what was printed', async () => {
  const client = await server.client()
  const entry = await client.begin({ recording: at('echo.vac') })
  assert.equal(entry.reason, 'entry')
  const [frame] = await client.frames()
  assert.equal(frame.name, '_start')
  assert.equal(frame.line, 1)
  const { sourceReference = 0 } = frame.source ?? {}
  const { content } = (await client.sourceRequest({ sourceReference })).body
  assert.match(content.split('\n')[1], /i32\.const 36/)
  const first = await client.tick()
  const instruction = { threadId: 1, granularity: 'instruction' } as const
  for (let n = 1; n <= 3; n++) {
    assert.equal((await client.moved(() => client.stepInRequest(instruction))).reason, 'step')
    assert.equal(await client.tick(), first + n)
  }
  assert.equal((await client.frames())[0].line, 4)
  await client.moved(() => client.stepBackRequest(instruction))
  assert.equal(await client.tick(), first + 2)
  assert.equal((await client.values('Operands')).get('operand 1'), '36')

  await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'put' }] })
  const hit = await client.moved(() => client.continueRequest({ threadId: 1 }))
  assert.equal(hit.reason, 'function breakpoint')
  assert.equal(hit.hitBreakpointIds?.length, 1)
  assert.deepEqual(
    (await client.frames()).map(({ name }) => name),
    ['put', '_start'],
  )
  assert.equal((await client.values('Locals')).get('local 0'), '1024')
  assert.equal(client.text(), '')
  const inPut = await client.tick()
  await client.moved(() => client.stepOutRequest({ threadId: 1 }))
  assert.equal((await client.frames()).length, 1)
  assert.equal(client.text(), 'echo.wat\0word\0')
  const behind = await client.tick()
  await client.moved(() => client.stepBackRequest(instruction))
  assert.equal(await client.tick(), inPut, 'a breakpoint in the call')
  await client.moved(() => client.stepBackRequest(instruction))
  assert.equal(await client.tick(), inPut - 1)
  await client.setFunctionBreakpointsRequest({ breakpoints: [] })
  await client.moved(() => client.nextRequest(instruction))
  assert.deepEqual(await client.tick(), behind, 'over the call')
  await client.moved(() => client.stepBackRequest(instruction))
  assert.equal(await client.tick(), inPut - 1, 'back over the call')
  await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'put' }] })
  for (let hits = 0; hits < 3; hits++) {
    await client.moved(() => client.continueRequest({ threadId: 1 }))
  }
  assert.ok((await client.tick()) > inPut)
  const back = await client.moved(() => client.reverseContinueRequest({ threadId: 1 }))
  assert.equal(back.reason, 'function breakpoint')
  await client.moved(() => client.reverseContinueRequest({ threadId: 1 }))
  assert.equal(await client.tick(), inPut)
  await client.setFunctionBreakpointsRequest({ breakpoints: [] })
  const end = await client.moved(() => client.continueRequest({ threadId: 1 }))
  assert.equal(end.reason, 'end')
  assert.match(client.text(), /one\ntwo\n$/)
  const [label] = await client.frames()
  assert.equal(label.presentationHint, 'label')
  const start = await client.moved(() => client.reverseContinueRequest({ threadId: 1 }))
  assert.equal(start.reason, 'entry')
  assert.equal(await client.tick(), first)
  await client.stop()
})

test('a line of source is stopped at, stepped through and stepped back', async () => {
  const client = await server.client()
  const call = sampleLine('// the call')
  const hit = await client.begin({ recording: at('sample.vac'), stopOnEntry: false }, async () => {
    const { breakpoints } = (
      await client.setBreakpointsRequest({
        source: { path: source },
        breakpoints: [{ line: call }],
      })
    ).body
    assert.deepEqual(
      breakpoints.map(({ verified, line }) => ({ verified, line })),
      [{ verified: true, line: call }],
    )
  })
  assert.equal(hit.reason, 'breakpoint')
  const lines = async (): Promise<[string, number]> => {
    const [{ name, line, source: shown }] = await client.frames()
    assert.equal(shown?.path, source)
    return [name, line]
  }
  assert.deepEqual(await lines(), ['total_of', call])
  await client.moved(() => client.stepInRequest({ threadId: 1 }))
  assert.deepEqual(await lines(), ['add', sampleLine('int sum')])
  await client.moved(() => client.nextRequest({ threadId: 1 }))
  assert.deepEqual(await lines(), ['add', sampleLine('// the sum')])
  const tick = await client.tick()
  await client.moved(() => client.nextRequest({ threadId: 1 }))
  assert.deepEqual(await lines(), ['add', sampleLine('return sum')])
  await client.moved(() => client.stepBackRequest({ threadId: 1 }))
  assert.deepEqual(await lines(), ['add', sampleLine('// the sum')])
  assert.equal(await client.tick(), tick)
  await client.moved(() => client.stepOutRequest({ threadId: 1 }))
  assert.deepEqual(await lines(), ['total_of', call])
  await client.setBreakpointsRequest({ source: { path: source }, breakpoints: [] })
  await client.moved(() => client.nextRequest({ threadId: 1 }))
  assert.deepEqual(await lines(), ['total_of', sampleLine('// each node')])
  await client.moved(() => client.stepBackRequest({ threadId: 1 }))
  assert.deepEqual(await lines(), ['total_of', call])
  await client.stop()
})

test('bytes are read and watched, in both directions', async () => {
  const client = await server.client()
  await client.begin({ recording: at('echo.vac') })
  const { body: info } = await client.dataBreakpointInfoRequest({ name: '0x10:4' })
  assert.ok(info.dataId !== null)
  await client.setDataBreakpointsRequest({
    breakpoints: [{ dataId: info.dataId, accessType: 'write' }],
  })
  const ticks: number[] = []
  for (;;) {
    const hit = await client.moved(() => client.continueRequest({ threadId: 1 }))
    if (hit.reason === 'end') break
    assert.equal(hit.reason, 'data breakpoint')
    assert.equal(hit.hitBreakpointIds?.length, 1)
    ticks.push(await client.tick())
  }
  assert.ok(ticks.length >= 2, `${ticks}`)
  for (const tick of ticks.toReversed()) {
    const hit = await client.moved(() => client.reverseContinueRequest({ threadId: 1 }))
    assert.equal(hit.reason, 'data breakpoint')
    // It is about to be written.
    assert.equal(await client.tick(), tick - 1)
    const [{ instructionPointerReference = '' }] = await client.frames()
    const asked = { memoryReference: instructionPointerReference, instructionCount: 1 }
    const { body } = await client.disassembleRequest(asked)
    assert.match(body?.instructions[0].instruction ?? '', /^i32\.store/)
  }
  type Memory = DebugProtocol.ReadMemoryResponse
  const asked = { memoryReference: '0x400', count: 8 }
  const { body } = await client.request<Memory>('readMemory', asked)
  assert.equal(Buffer.from(body?.data ?? '', 'base64').toString('latin1'), 'echo.wat')
  const beyond = { memoryReference: '0xfffe', count: 8 }
  assert.equal((await client.request<Memory>('readMemory', beyond)).body?.unreadableBytes, 6)
  const evaluated = await client.evaluateRequest({ expression: '0x400:4' })
  assert.equal(evaluated.body.result, '65 63 68 6f')
  await client.stop()
})

test('instructions are listed over the ends of functions, and stopped at', async () => {
  const client = await server.client()
  await client.begin({ recording: at('deep.vac') })
  const [{ instructionPointerReference: memoryReference = '' }] = await client.frames()
  const asked = { memoryReference, instructionOffset: -20, instructionCount: 60 }
  const instructions = (await client.disassembleRequest(asked)).body?.instructions ?? []
  assert.equal(instructions.length, 60)
  assert.equal(new Set(instructions.map(({ address }) => address)).size, 60)
  assert.equal(instructions[20].address, memoryReference)
  assert.equal(instructions[20].symbol, 'down')
  assert.ok(instructions.some(({ presentationHint }) => presentationHint === 'invalid'))
  const there = instructions.findIndex(({ instruction }) => instruction.startsWith('call'))
  const { body } = await client.request<DebugProtocol.SetInstructionBreakpointsResponse>(
    'setInstructionBreakpoints',
    { breakpoints: [{ instructionReference: memoryReference, offset: there - 20 }] },
  )
  assert.equal(body.breakpoints[0].verified, true)
  const hit = await client.moved(() => client.continueRequest({ threadId: 1 }))
  assert.equal(hit.reason, 'instruction breakpoint')
  const [frame] = await client.frames()
  assert.equal(frame.instructionPointerReference, instructions[there].address)
  await client.stop()
})

test('a trap is told with its call chain, and the run before it is there', async () => {
  const client = await server.client()
  const stopped = await client.begin({ recording: at('deep.vac'), tick: 'end' })
  assert.equal(stopped.reason, 'exception')
  const info = await client.exceptionInfoRequest({ threadId: 1 })
  assert.equal(info.body.description, 'unreachable executed')
  assert.equal((await client.frames()).length, 6)
  await client.moved(() => client.stepBackRequest({ threadId: 1 }))
  assert.equal((await client.values('Locals')).get('local 0'), '0')
  const { body } = await client.evaluateRequest({ expression: 'local 0', frameId: 3 })
  assert.equal(body.result, '2')
  await client.moved(() => client.request('seek', { tick: 3 }))
  assert.equal(await client.tick(), 3)
  const repl = { expression: 'seek begin', context: 'repl' }
  const { reason } = await client.moved(() => client.evaluateRequest(repl))
  assert.equal(reason, 'goto')
  await client.stop()
})

test('a program is recorded first, and what was recorded is gone afterwards', async () => {
  writeFileSync(at('input.txt'), 'a line\n')
  const earlier = new Set(readdirSync(tmpdir()))
  const temporary = (): string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith('vac-dap-') && !earlier.has(name))
  const client = await server.client()
  const launched = { program: 'echo.wat', args: ['x'], stdin: 'input.txt', cwd: folder }
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
    ['evaluate', { expression: 'what is this' }, /REQUEST_INVALID/],
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
