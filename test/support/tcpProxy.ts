import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** One connection through a proxy. */
export interface Link {
  /** Whether the client has sent this text so often, in whatever case: tells what the connection is for. */
  said(text: string, times?: number): boolean
}

type Which = (link: Link) => boolean

/** A way to a server that can be disturbed. What it does to links it also does to those that come later. */
export interface TcpProxy {
  readonly port: number
  /** How many connections are open through it. */
  readonly links: number
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

interface OpenLink extends Link {
  swallowed: boolean
  pump(): void
  end(): void
}

const all: Which = () => true

export async function startProxy(target: number): Promise<TcpProxy> {
  const links = new Set<OpenLink>()
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
    links.add(openLink(client))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')

  function openLink(client: Socket): OpenLink {
    const upstream = connect(proxy.target, '127.0.0.1')
    let sent = ''
    const link: OpenLink = {
      swallowed: false,
      said: (text, times = 1) => sent.split(text.toLowerCase()).length > times,
      pump() {
        requests.pump()
        replies.pump()
      },
      end() {
        links.delete(link)
        client.destroy()
        upstream.destroy()
      },
    }
    const isHeld = (direction: 'both' | 'replies') =>
      held.some((rule) => rule.which(link) && (rule.direction === 'both' || direction === 'replies'))
    const requests = passage(upstream, () => isHeld('both'))
    const replies = passage(client, () => isHeld('replies'))
    let replied = 0

    client.on('data', (bytes) => {
      requested++
      sent = (sent + bytes.toString('latin1').toLowerCase()).slice(-20_000)
      if (!link.swallowed) requests.pass(bytes)
    })
    upstream.on('data', (bytes) => {
      if (link.swallowed) return
      const left = limit === undefined ? Infinity : limit - replied
      replied += bytes.byteLength
      if (bytes.byteLength < left) return replies.pass(bytes)
      client.write(bytes.subarray(0, left), () => link.end())
    })
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => link.end())
    }
    return link
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
    get links() {
      return links.size
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
      for (const link of links) link.pump()
    },
    cut(which = all) {
      for (const link of [...links]) if (which(link)) link.end()
    },
    cutAfter(bytes) {
      limit = bytes
    },
    refuse(on) {
      refusing = on
    },
    swallow(which = all) {
      for (const link of links) if (which(link)) link.swallowed = true
    },
    async close() {
      for (const link of [...links]) link.end()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
