import { Redis } from 'ioredis'
import { onCacheEvent } from 'react-cache-content/next'
import { EMPTY_FEED, withEvent } from '../../live/_feed/feed'
import { type LiveEvent, MAX_LISTED, readLiveEvent } from '../../live/_feed/liveEvent'

/** The demo's channel, on which the worker's events are published. */
const CHANNEL = 'demo:live'
const MAX_LISTENERS = 50
/** The number of recent events that are kept for new and returning listeners. */
const MAX_EVENTS = 300
/** Proxies close idle connections, so a comment is sent at this interval. */
const HEARTBEAT_MS = 15_000

/** Receives a frame of server-sent events. */
export type Listener = (frame: string) => void

export interface Hub {
  /**
   * Sends the listener the recent events that it has missed, then all new ones.
   *
   * @param after the id of the last event that the listener has received; null for a new listener
   * @returns a function that removes the listener; undefined when there are too many listeners
   */
  join(listener: Listener, after: string | null): (() => void) | undefined
}

const handle = Symbol.for('film-desk.live')
const shared = globalThis as typeof globalThis & { [handle]?: Hub }

/** Returns the hub of this process, which shares one Redis subscription among all listeners. */
export function getLiveHub(): Hub {
  return (shared[handle] ??= createHub(process.env.CONTENT_CACHE_REDIS_URL ?? ''))
}

function createHub(url: string): Hub {
  const listeners = new Set<Listener>()
  const recentEvents: { number: number; event: LiveEvent; frame: string }[] = []
  // The sums over all events that are no longer kept.
  let { counts } = EMPTY_FEED
  // Distinguishes the event numbers of this process from those of an earlier one.
  const processId = Date.now().toString(36)
  let lastNumber = 0
  let connection: 'up' | 'down' = 'down'
  let heartbeat: ReturnType<typeof setInterval> | undefined

  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
  })
  // The connection frame reports it; without a listener ioredis logs every error.
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
    const number = ++lastNumber
    const frame = `id: ${processId}-${number}\ndata: ${JSON.stringify(event)}\n\n`
    recentEvents.push({ number, event, frame })
    const oldest = recentEvents.length > MAX_EVENTS && recentEvents.shift()
    if (oldest) counts = withEvent({ ...EMPTY_FEED, counts }, oldest.event, oldest.number).counts
    broadcast(frame)
  }

  function setConnection(state: 'up' | 'down') {
    if (connection === state) return
    connection = state
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
      const [originProcess, number] = after?.split('-') ?? []
      const first = recentEvents[0]?.number ?? lastNumber + 1
      const next = originProcess === processId ? Number(number) + 1 : 0
      const isContinuous = next >= first && next <= lastNumber + 1
      if (!isContinuous) listener(`event: begin\ndata: ${JSON.stringify(counts)}\n\n`)
      for (const event of recentEvents) if (!isContinuous || event.number >= next) listener(event.frame)
      listeners.add(listener)
      heartbeat ??= setInterval(() => broadcast(': heartbeat\n\n'), HEARTBEAT_MS)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(heartbeat)
        heartbeat = undefined
      }
    },
  }
}

/** Reports a visitor's edit. The site expires its objects itself, so no page is queued for a rebuild. */
function toHandledEvent({ objects, expired }: { objects: readonly string[]; expired: number }): LiveEvent {
  // An expiry also contains the Next tags of the same objects.
  const siteObjects = objects.filter((object) => !object.startsWith('next/tag:')).slice(0, MAX_LISTED)
  return {
    type: 'handled',
    at: Date.now(),
    durationMs: 0,
    messages: [],
    expired,
    refreshed: 0,
    objects: siteObjects,
    fragments: [],
    routes: [],
  }
}
