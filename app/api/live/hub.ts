import { Redis } from 'ioredis'
import { onCacheEvent } from 'react-cache-content/next'
import { EMPTY_FEED, withEvent } from '../../live/_feed/feed'
import { type LiveEvent, MAX_LISTED, readLiveEvent } from '../../live/_feed/liveEvent'

/** The demo's own: what the worker reports. */
const CHANNEL = 'demo:live'
const MAX_LISTENERS = 50
/** Events that are kept for those who come later, or come back. */
const MAX_EVENTS = 300
/** Milliseconds: proxies end a connection on which nothing is heard. */
const HEARTBEAT_MS = 15_000

/** Takes a frame of server-sent events. */
export type Listener = (frame: string) => void

export interface Hub {
  /**
   * @param after the id of the last event that the listener has
   * @returns what ends it; nothing where too many listen already
   */
  join(listener: Listener, after: string | null): (() => void) | undefined
}

const handle = Symbol.for('film-desk.live')
const shared = globalThis as typeof globalThis & { [handle]?: Hub }

/** One subscriber for the whole process, whoever listens. */
export function getLiveHub(): Hub {
  return (shared[handle] ??= createHub(process.env.CONTENT_CACHE_REDIS_URL ?? ''))
}

function createHub(url: string): Hub {
  const listeners = new Set<Listener>()
  const recentEvents: { number: number; event: LiveEvent; frame: string }[] = []
  // Of what is not kept any more.
  let { counts } = EMPTY_FEED
  // Tells the numbers of this process from those of one before it.
  const name = Date.now().toString(36)
  let count = 0
  let connection: 'up' | 'down' = 'down'
  let heartbeat: ReturnType<typeof setInterval> | undefined

  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
  })
  // Told by the link; without a listener it would be thrown.
  redis.on('error', () => {})
  redis.on('ready', () => setConnection('up'))
  redis.on('close', () => setConnection('down'))
  redis.on('message', (_channel, text) => {
    const event = readLiveEvent(text)
    if (event !== undefined) record(event)
  })
  redis.subscribe(CHANNEL).catch(() => {})
  onCacheEvent((event) => event.type === 'expire' && record(toHandledEvent(event)))

  function record(event: LiveEvent) {
    const number = ++count
    const frame = `id: ${name}-${number}\ndata: ${JSON.stringify(event)}\n\n`
    recentEvents.push({ number, event, frame })
    const oldest = recentEvents.length > MAX_EVENTS && recentEvents.shift()
    if (oldest) counts = withEvent({ ...EMPTY_FEED, counts }, oldest.event, oldest.number).counts
    broadcast(frame)
  }

  function setConnection(now: 'up' | 'down') {
    if (connection === now) return
    connection = now
    broadcast(createConnectionFrame())
  }

  const createConnectionFrame = () => `event: link\ndata: ${connection}\n\n`

  function broadcast(frame: string) {
    for (const listener of listeners) listener(frame)
  }

  return {
    join(listener, after) {
      if (listeners.size >= MAX_LISTENERS) return undefined
      listener(`retry: 2000\n\n${createConnectionFrame()}`)
      const [from, number] = after?.split('-') ?? []
      const first = recentEvents[0]?.number ?? count + 1
      const next = from === name ? Number(number) + 1 : 0
      const isContinuous = next >= first && next <= count + 1
      if (!isContinuous) listener(`event: begin\ndata: ${JSON.stringify(counts)}\n\n`)
      for (const event of recentEvents) if (!isContinuous || event.number >= next) listener(event.frame)
      listeners.add(listener)
      heartbeat ??= setInterval(() => broadcast(': still here\n\n'), HEARTBEAT_MS)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(heartbeat)
        heartbeat = undefined
      }
    },
  }
}

/** What visitors edit themselves is expired by the site at once, and made anew for the next reader. */
function toHandledEvent({ objects, expired }: { objects: readonly string[]; expired: number }): LiveEvent {
  // Next's names for the same objects go along.
  const siteObjects = objects.filter((object) => !object.startsWith('next/tag:')).slice(0, MAX_LISTED)
  return {
    type: 'handled',
    at: Date.now(),
    ms: 0,
    messages: [],
    expired,
    refreshed: 0,
    objects: siteObjects,
    fragments: [],
    routes: [],
  }
}
