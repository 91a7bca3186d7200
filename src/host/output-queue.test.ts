import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { OutputQueue } from './output-queue.ts'

const stream = (name: string, log: string[], error: Error | null = null) => ({
  write: (bytes: Uint8Array, done: (error?: Error | null) => void): boolean => {
    log.push(`${name}:${new TextDecoder().decode(bytes)}`)
    setImmediate(done, error)
    return true
  },
})
const text = (content: string): Uint8Array => new TextEncoder().encode(content)

suite('output queue', () => {
  test('keeps the order of both streams and joins what follows one another', async () => {
    const log: string[] = []
    const queue = new OutputQueue({ stdout: stream('out', log), stderr: stream('err', log) })
    queue.push('stdout', text('a'))
    queue.push('stdout', text('b'))
    queue.push('stderr', text('c'))
    queue.push('stdout', text('d'))
    assert.deepEqual(log, [])
    await queue.flush()
    await queue.flush()
    assert.deepEqual(log, ['out:ab', 'err:c', 'out:d'])
  })

  test('a reader that went away drops the rest', async () => {
    const log: string[] = []
    const gone = new Error('EPIPE')
    const queue = new OutputQueue({ stdout: stream('out', log, gone), stderr: stream('err', log) })
    queue.push('stdout', text('a'))
    queue.push('stderr', text('b'))
    await queue.flush()
    assert.deepEqual([log, queue.broken], [['out:a'], true])
  })
})
