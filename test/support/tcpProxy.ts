import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** One connection through a proxy. */
export interface ProxiedConnection {
  /** Whether the client has sent this text so often, in whatever case: tells what the connection is for. */
  hasSent(text: string, times?: number): boolean
}

type Which = (connection: ProxiedConnection) => boolean

/** A way to a server that can be disturbed. What it does to links it also does to those that come later. */
export interface TcpProxy {
  readonly port: number
  /** How many connections are open through it. */
  readonly connections: number
  /** How many connections were not let in. */
  readonly refused: number
  /** How often clients have sent something. */
  readonly requests: number
  /** Where new connections go. */
  target: number
  /** Keeps bytes back, in both directions or in one, until `release`: a network that is jammed. */
  hold(direction?: 'both' | 'replies', which?: Which): void
  /** Passes bytes on so many milliseconds later. */
  delay(milliseconds: number): void
  release(): void
  /** Ends connections. */
  cut(which?: Which): void
  /** Ends each connection once so many bytes of replies have passed. */
  cutAfter(bytes: number | undefined): void
  /** Lets no new connections in. */
  refuse(refused: boolean): void
  /** Forgets all that open links carry from now on, without ending them: the other side is gone for good. */
  swallow(which?: Which): void
  close(): Promise<void>
}

interface OpenConnection extends ProxiedConnection {
  swallowed: boolean
  pump(): void
  end(): void
}

const all: Which = () => true

export async function startProxy(target: number): Promise<TcpProxy> {
  const connections = new Set<OpenConnection>()
  let held: { direction: 'both' | 'replies'; which: Which }[] = []
  let delay = 0
  let limit: number | undefined
  let refusing = false
  let refused = 0
  let requested = 0

  const server = createServer((client) => {
    if (refusing) {
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
      swallowed: false,
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
      held.some((rule) => rule.which(connection) && (rule.direction === 'both' || direction === 'replies'))
    const requests = passage(upstream, () => isHeld('both'))
    const replies = passage(client, () => isHeld('replies'))
    let replied = 0

    client.on('data', (bytes) => {
      requested++
      sent = (sent + bytes.toString('latin1').toLowerCase()).slice(-20_000)
      if (!connection.swallowed) requests.pass(bytes)
    })
    upstream.on('data', (bytes) => {
      if (connection.swallowed) return
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

  /** One direction. Whatever is done to it, bytes keep their order. */
  function passage(to: Socket, isHeld: () => boolean) {
    const waiting: { bytes: Uint8Array; since: number }[] = []
    const pump = () => {
      for (let next = waiting[0]; next && !isHeld() && !to.destroyed; next = waiting[0]) {
        const early = next.since + delay - performance.now()
        if (early > 0) return void setTimeout(pump, early)
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
    hold(direction = 'both', which = all) {
      held.push({ direction, which })
    },
    delay(milliseconds) {
      delay = milliseconds
    },
    release() {
      held = []
      delay = 0
      for (const connection of connections) connection.pump()
    },
    cut(which = all) {
      for (const connection of [...connections]) if (which(connection)) connection.end()
    },
    cutAfter(bytes) {
      limit = bytes
    },
    refuse(on) {
      refusing = on
    },
    swallow(which = all) {
      for (const connection of connections) if (which(connection)) connection.swallowed = true
    },
    async close() {
      for (const connection of [...connections]) connection.end()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
