import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** One connection through a proxy. */
export interface ProxiedConnection {
  /** Whether the client has sent this text at least `times` times, in any case. Identifies the purpose of a connection. */
  hasSent(text: string, times?: number): boolean
}

type ConnectionFilter = (connection: ProxiedConnection) => boolean

/** A TCP proxy with faults. `hold` and `delay` also apply to later connections. */
export interface TcpProxy {
  readonly port: number
  /** The number of open connections. */
  readonly connections: number
  /** The number of refused connections. */
  readonly refused: number
  /** The number of chunks that clients have sent. */
  readonly requests: number
  /** The port to which new connections go. */
  target: number
  /** Holds bytes back until `release`, like a congested network. */
  hold(direction?: 'both' | 'replies', filter?: ConnectionFilter): void
  /** Delays all bytes by `milliseconds`. */
  delay(milliseconds: number): void
  release(): void
  /** Ends connections. */
  cut(filter?: ConnectionFilter): void
  /** Ends each connection after this number of bytes of replies. */
  cutAfter(bytes: number | undefined): void
  /** Whether to refuse new connections. */
  refuse(refused: boolean): void
  /** Discards all further bytes of open connections without ending them, like a lost host. */
  swallow(filter?: ConnectionFilter): void
  close(): Promise<void>
}

interface OpenConnection extends ProxiedConnection {
  isSwallowed: boolean
  pump(): void
  end(): void
}

const all: ConnectionFilter = () => true

export async function startProxy(target: number): Promise<TcpProxy> {
  const connections = new Set<OpenConnection>()
  let held: { direction: 'both' | 'replies'; filter: ConnectionFilter }[] = []
  let delay = 0
  let limit: number | undefined
  let isRefusing = false
  let refused = 0
  let requested = 0

  const server = createServer((client) => {
    if (isRefusing) {
      refused++
      return client.destroy()
    }
    connections.add(openConnection(client))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')

  function openConnection(client: Socket): OpenConnection {
    const upstream = connect(proxy.target, '127.0.0.1')
    let sent = ''
    const connection: OpenConnection = {
      isSwallowed: false,
      hasSent: (text, times = 1) => sent.split(text.toLowerCase()).length > times,
      pump() {
        requests.pump()
        replies.pump()
      },
      end() {
        connections.delete(connection)
        client.destroy()
        upstream.destroy()
      },
    }
    const isHeld = (direction: 'both' | 'replies') =>
      held.some((rule) => rule.filter(connection) && (rule.direction === 'both' || direction === 'replies'))
    const requests = createDirection(upstream, () => isHeld('both'))
    const replies = createDirection(client, () => isHeld('replies'))
    let replied = 0

    client.on('data', (bytes) => {
      requested++
      sent = (sent + bytes.toString('latin1').toLowerCase()).slice(-20_000)
      if (!connection.isSwallowed) requests.pass(bytes)
    })
    upstream.on('data', (bytes) => {
      if (connection.isSwallowed) return
      const left = limit === undefined ? Infinity : limit - replied
      replied += bytes.byteLength
      if (bytes.byteLength < left) return replies.pass(bytes)
      client.write(bytes.subarray(0, left), () => connection.end())
    })
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => connection.end())
    }
    return connection
  }

  /** Creates one direction of a connection. Bytes keep their order. */
  function createDirection(to: Socket, isHeld: () => boolean) {
    const waiting: { bytes: Uint8Array; since: number }[] = []
    const pump = () => {
      for (let next = waiting[0]; next && !isHeld() && !to.destroyed; next = waiting[0]) {
        const remaining = next.since + delay - performance.now()
        if (remaining > 0) return void setTimeout(pump, remaining)
        waiting.shift()
        to.write(next.bytes)
      }
    }
    return {
      pump,
      pass(bytes: Uint8Array) {
        waiting.push({ bytes, since: performance.now() })
        pump()
      },
    }
  }

  const proxy: TcpProxy = {
    port: address.port,
    get connections() {
      return connections.size
    },
    get refused() {
      return refused
    },
    get requests() {
      return requested
    },
    target,
    hold(direction = 'both', filter = all) {
      held.push({ direction, filter })
    },
    delay(milliseconds) {
      delay = milliseconds
    },
    release() {
      held = []
      delay = 0
      for (const connection of connections) connection.pump()
    },
    cut(filter = all) {
      for (const connection of [...connections]) if (filter(connection)) connection.end()
    },
    cutAfter(bytes) {
      limit = bytes
    },
    refuse(on) {
      isRefusing = on
    },
    swallow(filter = all) {
      for (const connection of connections) if (filter(connection)) connection.isSwallowed = true
    },
    async close() {
      for (const connection of [...connections]) connection.end()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
