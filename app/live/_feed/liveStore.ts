import { type Counts, EMPTY_FEED, type Feed, withEvent } from './feed'
import type { LiveEvent } from './liveEvent'

/** The state of the browser's connection. `cut` means that the site has lost its connection to Redis. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'cut'

export interface LiveState {
  readonly feed: Feed
  readonly connection: ConnectionState
}

export const INITIAL_STATE: LiveState = { feed: EMPTY_FEED, connection: 'connecting' }

/** Limits the rate of renders, because a burst of edits is hundreds of events. */
const RENDER_INTERVAL_MS = 150
/** The delay before the next attempt when the site has refused a connection. */
const RETRY_DELAY_MS = 4_000

/** Creates a store that receives the site's events while it has subscribers. */
export function createLiveStore(address: string) {
  const listeners = new Set<() => void>()
  let state = INITIAL_STATE
  let nextState = INITIAL_STATE
  let source: EventSource | undefined
  let renderTimer: ReturnType<typeof setTimeout> | undefined
  let retryTimer: ReturnType<typeof setTimeout> | undefined

  function update(fields: Partial<LiveState>) {
    nextState = { ...nextState, ...fields }
    renderTimer ??= setTimeout(() => {
      renderTimer = undefined
      state = nextState
      for (const listener of listeners) listener()
    }, RENDER_INTERVAL_MS)
  }

  function receive({ data, lastEventId }: MessageEvent<string>) {
    const id = Number(lastEventId.split('-')[1])
    update({ feed: withEvent(nextState.feed, JSON.parse(data) as LiveEvent, id) })
  }

  /** Resets the feed. The site then sends all events that it has kept; `data` has the sums over older ones. */
  function restart({ data }: MessageEvent<string>) {
    update({ feed: { ...EMPTY_FEED, counts: JSON.parse(data) as Counts } })
  }

  function open() {
    source = new EventSource(address)
    source.onopen = () => update({ connection: 'open' })
    source.onmessage = receive
    source.addEventListener('begin', restart)
    source.addEventListener('link', ({ data }) => update({ connection: data === 'up' ? 'open' : 'cut' }))
    source.onerror = () => {
      update({ connection: 'lost' })
      // The browser reconnects by itself, unless the site has responded with an error status.
      if (source?.readyState === EventSource.CLOSED) retryTimer = setTimeout(open, RETRY_DELAY_MS)
    }
  }

  function close() {
    source?.close()
    clearTimeout(retryTimer)
    clearTimeout(renderTimer)
    renderTimer = undefined
    nextState = state = { ...nextState, connection: 'connecting' }
  }

  return {
    subscribe(listener: () => void): () => void {
      if (listeners.size === 0) open()
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) close()
      }
    },
    read: () => state,
  }
}
