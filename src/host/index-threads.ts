// Threads that make parts of the index of writes of a recording. Each opens the recording by its
// path, and takes stretches by a number in shared memory; parts come back as messages, which are
// looked for, so no turn of the event loop is needed.
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type {
  IndexPlan,
  IndexWork,
  IndexWorkers,
  MadePart,
  Stretch,
} from '../time/questions/index-work.ts'
import type { EngineName } from './compiler.ts'

const MOST_THREADS = 8
/** With fewer a thread is not worth its start. */
const LEAST_TICKS = 2 ** 29
/** What a thread takes, beside the guest's memory: as it runs, and as it was read. */
const THREAD_BYTES = 2 ** 28
const GUEST_COPIES = 3
const WAIT_MS = 20

/** Places of the shared numbers: the next stretch, news that there were, threads at work. */
const At = { next: 0, news: 1, working: 2 } as const

export interface IndexJob extends IndexPlan {
  /** Of the recording. */
  readonly address: string
  readonly engine: EngineName
  readonly shared: SharedArrayBuffer
  readonly port: MessagePort
  /** The stretch that is this thread's own; then it takes others. */
  readonly first: number
}

type Message = MadePart | { readonly failure: string }

export class IndexThreads implements IndexWorkers {
  /** This one included; null: as many as are worthwhile. */
  most: number | null = null
  /** Is told in words where a thread failed. */
  notice: (text: string) => void = () => {}
  private readonly address: string
  private readonly engine: EngineName

  constructor(address: string, engine: EngineName) {
    this.address = address
    this.engine = engine
  }

  readonly worthwhile = (ticks: number, guestBytes: number): number => {
    if (this.most !== null) return this.most
    const eachBytes = THREAD_BYTES + GUEST_COPIES * guestBytes
    const byMemory = Math.floor(process.availableMemory() / 2 / eachBytes)
    const byTicks = Math.floor(ticks / LEAST_TICKS)
    return Math.max(1, Math.min(availableParallelism(), MOST_THREADS, byTicks, 1 + byMemory))
  }

  readonly start = (plan: IndexPlan, others: number): IndexWork | null => {
    const file = entry()
    if (file === null) {
      this.notice('the index of writes is made by one thread: index-worker is not there')
      return null
    }
    const { address, engine } = this
    return new Threads(file, { ...plan, address, engine }, others, (text) => this.notice(text))
  }
}

/** Beside this room; of a bundle all files are in one folder. */
function entry(): string | null {
  const here = import.meta.filename
  const name = `index-worker${extname(here)}`
  const places = [join(dirname(here), '..', name), join(dirname(here), name)]
  return places.find((path) => existsSync(path)) ?? null
}

class Threads implements IndexWork {
  private readonly job: Omit<IndexJob, 'port' | 'first'>
  private readonly numbers: Int32Array
  private readonly notice: (text: string) => void
  private readonly threads: Worker[] = []
  private readonly ports: MessagePort[] = []
  /** Those that ended, also without a word. */
  private ended = 0

  constructor(
    file: string,
    job: Omit<IndexJob, 'shared' | 'port' | 'first'>,
    others: number,
    notice: (text: string) => void,
  ) {
    const shared = new SharedArrayBuffer(4 * Object.keys(At).length)
    this.job = { ...job, shared }
    this.numbers = new Int32Array(shared)
    this.notice = notice
    this.numbers[At.working] = others
    this.numbers[At.next] = others
    for (let first = 0; first < others; first++) this.begin(file, first)
  }

  private begin(file: string, first: number): void {
    const { port1, port2 } = new MessageChannel()
    const workerData: IndexJob = { ...this.job, port: port2, first }
    const execArgv = ['--disable-warning=ExperimentalWarning']
    const thread = new Worker(file, { workerData, transferList: [port2], execArgv })
    thread.on('error', ({ message }: Error) => this.failed(message))
    thread.on('exit', () => {
      this.ended++
    })
    thread.unref()
    this.threads.push(thread)
    this.ports.push(port1)
  }

  readonly take = (): Stretch | null => taken(this.numbers, this.job)

  readonly received = (): MadePart[] => {
    const parts: MadePart[] = []
    for (const port of this.ports) {
      for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) {
        const message = got.message as Message
        if ('failure' in message) this.failed(message.failure)
        else parts.push(message)
      }
    }
    return parts
  }

  readonly wait = (): boolean => {
    const { numbers, threads } = this
    const working = Atomics.load(numbers, At.working)
    if (working === 0 || this.ended === threads.length) return true
    Atomics.wait(numbers, At.news, Atomics.exchange(numbers, At.news, 0), WAIT_MS)
    return false
  }

  readonly end = (): void => {
    for (const port of this.ports) port.close()
    for (const thread of this.threads) thread.terminate()
  }

  private failed(why: string): void {
    this.notice(`a thread that made the index of writes failed, others go on: ${why}`)
  }
}

function taken(numbers: Int32Array, { stretches }: IndexPlan): Stretch | null {
  return stretches[Atomics.add(numbers, At.next, 1)] ?? null
}

/** The life of such a thread. `make` gives the part of an interval. */
export async function workOnIndex(
  job: IndexJob,
  begin: () => Promise<(interval: number) => Uint8Array>,
): Promise<void> {
  const { port, stretches, first } = job
  const numbers = new Int32Array(job.shared)
  const say = (message: Message): void => {
    port.postMessage(message)
    Atomics.add(numbers, At.news, 1)
    Atomics.notify(numbers, At.news)
  }
  try {
    const make = await begin()
    let next: Stretch | null = stretches[first]
    for (; next !== null; next = taken(numbers, job)) {
      for (let interval = next.from; interval < next.to; interval++) {
        say({ interval, part: make(interval) })
      }
    }
  } catch (error) {
    say({ failure: error instanceof Error ? error.message : String(error) })
  }
  Atomics.sub(numbers, At.working, 1)
  Atomics.add(numbers, At.news, 1)
  Atomics.notify(numbers, At.news)
}
