// vac dap with a real debug client: a recorded run is gone through in both directions, by
// instructions and by lines.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { DebugProtocol } from '@vscode/debugprotocol'
import { debugSample, SAMPLE, sampleLine } from '../src/wasm/tools/debug-sample.ts'
import { root, vac } from './cli/command.ts'
import type { Server } from './dap/client.ts'
import { type Recorded, recorded } from './dap/recorded.ts'

const source = join(root, SAMPLE)
let files: Recorded
let server: Server
const at = (name: string): string => files.at(name)

before(async () => {
  files = await recorded()
  server = files.server
  writeFileSync(at('sample.wasm'), await debugSample(['-g', '-O0']))
  writeFileSync(at('fast.wasm'), await debugSample(['-g', '-O2']))
  await vac(['run', '--record', at('sample.vac'), at('sample.wasm'), 'word'])
})
after(() => files.end())

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
  assert.deepEqual(
    [...(await client.values('Locals'))],
    [
      ['a', '0'],
      ['b', '-2'],
      ['sum', '-2'],
    ],
  )
  const list = { expression: 'list->next->name', frameId: 2 }
  assert.match((await client.evaluateRequest(list)).body.result, /^0x[0-9a-f]+ "last"$/)
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

test('a variable of the source is opened, and watched', async () => {
  const client = await server.client()
  await client.begin({ recording: at('sample.vac') }, () =>
    client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'total_of' }] }),
  )
  await client.moved(() => client.continueRequest({ threadId: 1 }))
  const { body: list } = await client.evaluateRequest({ expression: 'list' })
  const { variablesReference } = list
  const { variables } = (await client.variablesRequest({ variablesReference })).body
  const [name, point] = variables
  assert.match(name.value, /"first"/)
  const inner = { variablesReference: point.variablesReference }
  const [x] = (await client.variablesRequest(inner)).body.variables
  assert.deepEqual([x.name, x.value, x.type], ['x', '-1', 'int'])
  const { body: info } = await client.dataBreakpointInfoRequest({ name: 'counter' })
  assert.match(info.description, /^4 bytes/)
  await client.setFunctionBreakpointsRequest({ breakpoints: [] })
  await client.setDataBreakpointsRequest({ breakpoints: [{ dataId: info.dataId ?? '' }] })
  const counters: string[] = []
  const count = async (): Promise<void> => {
    const { body } = await client.evaluateRequest({ expression: 'counter' })
    counters.push(body.result)
  }
  for (let hits = 0; hits < 2; hits++) {
    const { reason } = await client.moved(() => client.continueRequest({ threadId: 1 }))
    assert.equal(reason, 'data breakpoint')
    await count()
  }
  await client.moved(() => client.reverseContinueRequest({ threadId: 1 }))
  await count()
  assert.deepEqual(counters, ['5', '9', '5'])
  assert.equal((await client.frames())[0].line, sampleLine('// the sum'))
  await client.stop()
})

test('a function that was inlined is a frame of its own', async () => {
  const client = await server.client()
  const line = sampleLine('// the sum')
  await client.begin({ program: at('fast.wasm'), stopOnEntry: false }, () =>
    client.setBreakpointsRequest({ source: { path: source }, breakpoints: [{ line }] }),
  )
  const [inner, outer] = await client.frames()
  assert.deepEqual([inner.name, inner.line], ['add', line])
  assert.deepEqual([outer.name, outer.line], ['total_of', sampleLine('// the call')])
  assert.equal(inner.instructionPointerReference, outer.instructionPointerReference)
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
  const computed = await client.evaluateRequest({ expression: 'u8[0x400] + 1' })
  assert.equal(computed.body.result, '102')

  const { dataId } = info
  const set = async (condition: string) => {
    const asked = { breakpoints: [{ dataId, condition }] as DebugProtocol.DataBreakpoint[] }
    return (await client.setDataBreakpointsRequest(asked)).body.breakpoints[0].verified
  }
  assert.equal(await set('u32[16] =='), false)
  assert.equal(await set('u32[16] == 1024'), true)
  await client.moved(() => client.request('seek', { tick: 'end' }))
  await client.moved(() => client.reverseContinueRequest({ threadId: 1 }))
  assert.equal(await client.tick(), ticks[0] - 1)
  await client.moved(() => client.request('seek', { tick: 'end' }))
  const who = { expression: 'who 0x10:4', context: 'repl' }
  assert.equal((await client.moved(() => client.evaluateRequest(who))).reason, 'goto')
  assert.equal(await client.tick(), (ticks.at(-1) ?? 0) - 1)
  const said = client.outputs.map(({ output }) => output).join('')
  assert.ok(said.includes(`written at tick ${ticks.at(-1)}\n`), said)
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

test('a breakpoint with a condition stops where it holds, both ways', async () => {
  const client = await server.client()
  await client.begin({ recording: at('deep.vac') })
  const set = async (condition: string): Promise<boolean> => {
    const asked = { breakpoints: [{ name: 'down', condition }] }
    return (await client.setFunctionBreakpointsRequest(asked)).body.breakpoints[0].verified
  }
  assert.equal(await set('local(0) =='), false)
  assert.equal(await set('local(0) == 2'), true)
  await client.moved(() => client.continueRequest({ threadId: 1 }))
  assert.equal((await client.values('Locals')).get('local 0'), '2')
  const end = await client.moved(() => client.continueRequest({ threadId: 1 }))
  assert.equal(end.reason, 'exception')
  const back = await client.moved(() => client.reverseContinueRequest({ threadId: 1 }))
  assert.equal(back.reason, 'function breakpoint')
  assert.equal((await client.values('Locals')).get('local 0'), '2')
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
