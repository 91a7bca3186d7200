// A C program that does with files what C programs do, compiled with wasi-libc; whole, and saved
// and loaded on the way.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { commands } from '@yowasp/clang'
import { Blob } from '../../src/memory/file-bytes.ts'
import { type LoadedProgram, loadProgram, Vac } from '../../src/vac.ts'

const source = readFileSync(new URL('libc.c', import.meta.url), 'utf8')
const DATA = new TextEncoder().encode('test-d-test-text')
const EXPECTED = '. 3\n.. 3\nfile 4\nrenamed 4\nsoft 7\nall good\n'

async function compiled(): Promise<LoadedProgram> {
  const made = await commands.clang(['-O1', 'libc.c', '-o', 'libc.wasm'], { 'libc.c': source })
  const wasm = made?.['libc.wasm']
  assert.ok(wasm instanceof Uint8Array)
  return loadProgram(wasm)
}

function begun(program: LoadedProgram): { vac: Vac; output: string[] } {
  const output: string[] = []
  const take = (_: string, bytes: Uint8Array): void => {
    output.push(new TextDecoder().decode(bytes))
  }
  const content = new Blob(DATA)
  const tree = [{ path: 'data/pread.txt', kind: 'file', content } as const]
  const vac = new Vac({ output: take, directories: [{ guestPath: '/', tree }] })
  vac.start(['libc'])
  vac.instantiate(program).begin('_start')
  return { vac, output }
}

suite('wasi-libc over the files of the machine', async () => {
  const program = await compiled()

  test('does what POSIX says', () => {
    const { vac, output } = begun(program)
    vac.run()
    assert.equal(output.join(''), EXPECTED)
    assert.equal(vac.status, 'idle')
  })

  test('comes to the same root when it is saved and loaded on the way', () => {
    const whole = begun(program).vac
    whole.run()
    let { vac, output } = begun(program)
    const sink = (_: string, bytes: Uint8Array): void => {
      output.push(new TextDecoder().decode(bytes))
    }
    const step = Math.ceil(whole.ticks / 24)
    while (vac.status === 'running') {
      vac.run(step)
      vac = Vac.restore(vac.save(), { output: sink })
    }
    assert.equal(output.join(''), EXPECTED)
    assert.deepEqual([vac.ticks, vac.root()], [whole.ticks, whole.root()])
  })
})
