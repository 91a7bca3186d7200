// The Debug Adapter Protocol on the streams of this process, or on a port of this host alone.
import { createServer, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { VacError } from '../../base/errors.ts'
import { Connection } from './connection.ts'
import type { StartVac } from './program-launch.ts'
import { Session } from './session.ts'

const LOOPBACK = '127.0.0.1'
const HEADER = 'Content-Length:'

/** Serves one client; resolves when it is gone. */
export function serveStreams(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  startVac: StartVac,
): Promise<void> {
  return new Promise((resolve) => {
    const connection = new Connection(() => {
      session.end()
      resolve()
    })
    const session = new Session(connection, startVac)
    connection.serve(session.answers, input, output)
  })
}

/**
 * Serves any number of clients on a port of the loopback address, until the signal. `listening`
 * gets the port: 0 asks for a free one. Errors: PORT_REFUSED.
 */
export function servePort(
  port: number,
  startVac: StartVac,
  { signal, listening }: { signal: AbortSignal; listening: (port: number) => void },
): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serveStreams(messagesOf(socket), socket, startVac).then(() => socket.end())
  })
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      const where = `${LOOPBACK}:${port}`
      reject(new VacError('PORT_REFUSED', { where, found: error.code ?? error.message }))
    })
    server.on('close', resolve)
    server.listen(port, LOOPBACK, () => {
      const address = server.address()
      listening(typeof address === 'object' && address !== null ? address.port : port)
    })
    signal.addEventListener('abort', () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    })
  })
}

/**
 * The bytes of a client. A page in a browser can send any host of its own choice a request of HTTP
 * that holds messages of this protocol: who does not begin with a header of this one is cut off.
 */
function messagesOf(socket: Socket): NodeJS.ReadableStream {
  const through = new PassThrough()
  let begun = ''
  const begin = (bytes: Buffer): void => {
    begun += bytes.toString('latin1')
    const length = Math.min(begun.length, HEADER.length)
    if (begun.slice(0, length) !== HEADER.slice(0, length)) {
      through.end()
      socket.destroy()
    } else if (begun.length >= HEADER.length) {
      socket.off('data', begin)
      through.write(Buffer.from(begun, 'latin1'))
      socket.pipe(through)
    }
  }
  socket.on('data', begin)
  socket.on('close', () => through.end())
  return through
}
