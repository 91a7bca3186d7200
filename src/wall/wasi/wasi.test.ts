import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { defaultManifest } from '../../machine/manifest.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { ConsoleDevice } from '../devices/console.ts'
import { Bench } from '../tools/wasi-bench.ts'
import { deliverElapsed, deliverInput, deliverStart } from '../world.ts'
import { Errno } from './errno.ts'
import { wasiCallByName, wasiCalls } from './table.ts'

const text = new TextEncoder()

suite('WASI', () => {
  test('both dialects have the 46 calls of preview 1, each once', () => {
    assert.equal(wasiCalls.length, 46)
    assert.equal(wasiCallByName.size, 46)
  })

  test('no pointer or length makes a call fail on the host', () => {
    const edges = [0, 1, 2, 4, PAGE_BYTES - 1, PAGE_BYTES, 2 ** 31, 2 ** 32 - 1]
    let answered = 0
    for (const memories of [0, 1]) {
      for (const { name, params } of wasiCalls) {
        const count = params === '' ? 0 : params.split(' ').length
        for (const edge of edges) {
          for (let other = 0; other < count; other++) {
            const bench = new Bench('wasi_snapshot_preview1', memories)
            const args = Array.from({ length: count }, (_, at) => (at === other ? edge : 1))
            const outcome = bench.call(name, ...args)
            assert.ok(typeof outcome === 'string' || (outcome >= 0 && outcome <= 76), name)
            answered++
          }
        }
      }
    }
    assert.ok(answered > 2000)
  })

  test('fd_write gathers its buffers and counts what it wrote', () => {
    const bench = new Bench()
    bench.memory.writeBytes(100, text.encode('hello, world'))
    bench.vector(8, [100, 5], [105, 0], [105, 7])
    assert.equal(bench.call('fd_write', 1, 8, 3, 40), Errno.success)
    assert.equal(bench.call('fd_write', 2, 8, 1, 44), Errno.success)
    assert.deepEqual(bench.written, ['stdout:hello, world', 'stderr:hello'])
    assert.deepEqual([bench.u32(40), bench.u32(44)], [12, 5])
    assert.deepEqual(bench.world.console.written, { stdout: 12, stderr: 5 })
  })

  test('fd_write with a bad place for its count writes nothing', () => {
    const bench = new Bench()
    bench.vector(8, [100, 5])
    assert.equal(bench.call('fd_write', 1, 8, 1, PAGE_BYTES - 3), Errno.fault)
    assert.deepEqual(bench.written, [])
  })

  test('a call moves at most 1 MiB: longer writes come back short', () => {
    const bench = new Bench()
    bench.memory.grow(40)
    bench.vector(8, [PAGE_BYTES, 2 ** 20 - 1], [PAGE_BYTES, 2 ** 20])
    assert.equal(bench.call('fd_write', 1, 8, 2, 40), Errno.success)
    assert.equal(bench.u32(40), 2 ** 20)
  })

  test('fd_read waits, then scatters what was delivered, then tells the end', () => {
    const bench = new Bench()
    bench.vector(8, [100, 3], [200, 10])
    assert.equal(bench.call('fd_read', 0, 8, 2, 40), 'wait')
    deliverInput(bench.machine, bench.world, text.encode('abcdef'))
    assert.equal(bench.call('fd_read', 0, 8, 2, 40), Errno.success)
    assert.equal(bench.u32(40), 6)
    assert.equal(bench.textAt(100, 3) + bench.textAt(200, 3), 'abcdef')
    assert.equal(bench.call('fd_read', 0, 8, 2, 40), 'wait')
    deliverInput(bench.machine, bench.world, null)
    assert.equal(bench.call('fd_read', 0, 8, 2, 40), Errno.success)
    assert.equal(bench.u32(40), 0)
    assert.deepEqual(
      Array.from(bench.machine.inputs, (input) => input.kind === 'device' && input.device),
      ['console', 'console'],
    )
  })

  test('streams are read and written only in their direction, and have no positions', () => {
    const bench = new Bench()
    assert.equal(bench.call('fd_read', 1, 8, 0, 40), Errno.badf)
    assert.equal(bench.call('fd_write', 0, 8, 0, 40), Errno.badf)
    assert.equal(bench.call('fd_write', 3, 8, 0, 40), Errno.badf)
    assert.equal(bench.call('fd_seek', 1, 0n, 0, 40), Errno.spipe)
    assert.equal(bench.call('fd_seek', 9, 0n, 0, 40), Errno.badf)
  })

  test('arguments and environment are laid out with a NUL and a pointer each', () => {
    const bench = new Bench()
    deliverStart(bench.machine, bench.world, ['prog', 'ü'], ['A=1'])
    assert.equal(bench.call('args_sizes_get', 0, 4), Errno.success)
    assert.deepEqual([bench.u32(0), bench.u32(4)], [2, 8])
    assert.equal(bench.call('args_get', 16, 32), Errno.success)
    assert.deepEqual([bench.u32(16), bench.u32(20)], [32, 37])
    assert.equal(bench.textAt(32, 8), 'prog\0ü\0')
    assert.equal(bench.call('environ_sizes_get', 0, 4), Errno.success)
    assert.deepEqual([bench.u32(0), bench.u32(4)], [1, 4])
    assert.equal(bench.call('args_get', 16, PAGE_BYTES - 7), Errno.fault)
  })

  test('clocks are virtual: ticks and what was slept', () => {
    const bench = new Bench()
    bench.machine.ticks = 500
    bench.machine.slept = 30n
    const times = [0, 1, 2, 3].map((clock) => {
      assert.equal(bench.call('clock_time_get', clock, 0n, 8), Errno.success)
      return bench.u64(8)
    })
    const { epoch } = defaultManifest.vtime
    assert.deepEqual(times, [epoch + 530n, 530n, 500n, 500n])
    assert.equal(bench.call('clock_time_get', 4, 0n, 8), Errno.inval)
    assert.equal(bench.call('clock_res_get', 0, 8), Errno.success)
    assert.equal(bench.u64(8), 1n)
  })

  for (const dialect of ['wasi_snapshot_preview1', 'wasi_unstable'] as const) {
    const clock = dialect === 'wasi_unstable' ? 24 : 16
    const size = dialect === 'wasi_unstable' ? 56 : 48

    test(`poll_oneoff sleeps to the earliest clock (${dialect})`, () => {
      const bench = new Bench(dialect)
      const subscribe = (at: number, userdata: bigint, nanos: bigint, absolute = false): void => {
        bench.memory.store(at, 8, userdata)
        bench.memory.storeByte(at + 8, 0)
        bench.memory.storeInt(at + clock, 4, 1)
        bench.memory.store(at + clock + 8, 8, nanos)
        bench.memory.storeInt(at + clock + 24, 2, absolute ? 1 : 0)
      }
      subscribe(0, 7n, 5000n)
      subscribe(size, 8n, 900n, true)
      bench.machine.ticks = 100
      assert.equal(bench.call('poll_oneoff', 0, 512, 2, 256), Errno.success)
      assert.equal(bench.u32(256), 1)
      assert.deepEqual([bench.u64(512), bench.memory.loadByte(522)], [8n, 0])
      assert.equal(bench.machine.slept, 800n)
    })

    test(`filestat has the layout of ${dialect}`, () => {
      const bench = new Bench(dialect)
      bench.memory.fill(0, 0xff, 80)
      assert.equal(bench.call('fd_filestat_get', 1, 0), Errno.success)
      const length = dialect === 'wasi_unstable' ? 56 : 64
      assert.equal(bench.memory.loadByte(length - 1), 0)
      assert.equal(bench.memory.loadByte(length), 0xff)
    })
  }

  test('poll_oneoff on standard input waits for input, whatever timeout stands beside it', () => {
    const bench = new Bench()
    bench.memory.storeByte(8, 1)
    bench.memory.storeByte(48 + 8, 0)
    bench.memory.store(48 + 24, 8, 1000n)
    assert.equal(bench.call('poll_oneoff', 0, 512, 2, 256), 'wait')
    deliverInput(bench.machine, bench.world, text.encode('abc'))
    assert.equal(bench.call('poll_oneoff', 0, 512, 2, 256), Errno.success)
    assert.deepEqual([bench.u32(256), bench.u64(512 + 16)], [1, 3n])
    assert.equal(bench.machine.slept, 0n)
  })

  test('a timeout beside waiting for input passes when the host says so, and is recorded', () => {
    const bench = new Bench()
    bench.memory.storeByte(8, 1)
    bench.memory.storeByte(48 + 8, 0)
    bench.memory.storeInt(48 + 16, 4, 1)
    bench.memory.store(48 + 24, 8, 1000n)
    const { console } = bench.world
    deliverElapsed(bench.machine, bench.world)
    assert.equal(bench.call('poll_oneoff', 0, 512, 2, 256), 'wait')
    assert.equal(console.patience, 1000n)
    deliverElapsed(bench.machine, bench.world)
    assert.deepEqual(ConsoleDevice.decode(console.encode(), () => {}).encode(), console.encode())
    assert.equal(bench.call('poll_oneoff', 0, 512, 2, 256), Errno.success)
    assert.deepEqual([bench.u32(256), bench.memory.loadByte(512 + 10)], [1, 0])
    assert.equal(bench.machine.slept, 1000n)
    bench.memory.store(48 + 24, 8, 0n)
    assert.equal(bench.call('poll_oneoff', 0, 512, 2, 256), 'wait')
    assert.equal(console.patience, 0n)
    deliverElapsed(bench.machine, bench.world)
    deliverInput(bench.machine, bench.world, text.encode('x'))
    assert.equal(bench.call('poll_oneoff', 0, 512, 2, 256), Errno.success)
    assert.equal(bench.u32(256), 2)
    assert.equal(bench.call('poll_oneoff', 0, 512, 1, 256), Errno.success)
    bench.vector(8, [1024, 9])
    assert.equal(bench.call('fd_read', 0, 8, 1, 40), Errno.success)
    assert.equal(bench.call('fd_read', 0, 8, 1, 40), 'wait')
    assert.equal(console.patience, null)
    assert.equal(bench.machine.inputs.length, 3)
  })

  test('random_get of more than 1 MiB goes on where it was', () => {
    const whole = new Bench()
    whole.memory.grow(64)
    const size = 2 ** 20 + 2 ** 19
    assert.equal(whole.call('random_get', 0, size), 'again')
    assert.deepEqual([whole.machine.words.U32[0], whole.machine.words.U32[2]], [2 ** 20, 2 ** 19])
    assert.equal(whole.call('random_get', 2 ** 20, 2 ** 19), Errno.success)
    assert.equal(whole.machine.entropyCount, size / 8)
    assert.notEqual(whole.u64(size - 8), 0n)
    assert.equal(whole.u64(size), 0n)
  })

  test('nothing is preopened, and no path leads anywhere', () => {
    const bench = new Bench()
    assert.equal(bench.call('fd_prestat_get', 3, 8), Errno.badf)
    assert.equal(bench.call('path_open', 3, 0, 8, 1, 0, 0n, 0n, 0, 40), Errno.badf)
    assert.equal(bench.call('path_open', 0, 0, 8, 1, 0, 0n, 0n, 0, 40), Errno.notdir)
  })

  test('descriptors are closed and renumbered', () => {
    const bench = new Bench()
    assert.equal(bench.call('fd_renumber', 2, 1), Errno.success)
    assert.equal(bench.call('fd_close', 2), Errno.badf)
    bench.vector(8, [100, 1])
    assert.equal(bench.call('fd_write', 1, 8, 1, 40), Errno.success)
    assert.deepEqual(bench.written, ['stderr:\0'])
    assert.equal(bench.call('fd_close', 1), Errno.success)
    assert.equal(bench.call('fd_write', 1, 8, 1, 40), Errno.badf)
  })

  test('fdstat tells what a stream is and can', () => {
    const bench = new Bench()
    assert.equal(bench.call('fd_fdstat_set_flags', 0, 4), Errno.success)
    assert.equal(bench.call('fd_fdstat_get', 0, 64), Errno.success)
    assert.deepEqual(
      [bench.memory.loadByte(64), bench.memory.loadInt(66, 2), bench.u64(72)],
      [0, 4, (1n << 1n) | (1n << 3n) | (1n << 21n) | (1n << 27n)],
    )
    assert.equal(bench.call('fd_fdstat_set_flags', 0, 0x20), Errno.inval)
  })

  test('proc_exit ends the program with its code', () => {
    const bench = new Bench()
    assert.equal(bench.call('proc_exit', 300), 'exit')
    assert.equal(bench.machine.exitCode, 300)
  })
})
