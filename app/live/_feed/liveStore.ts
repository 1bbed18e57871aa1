import { type Counts, EMPTY_FEED, type Feed, withEvent } from './feed'
import type { LiveEvent } from './liveEvent'

/** How the browser is connected: `cut` means that the site has lost Redis. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'cut'

export interface LiveState {
  readonly feed: Feed
  readonly connection: ConnectionState
}

export const INITIAL_STATE: LiveState = { feed: EMPTY_FEED, connection: 'connecting' }

/** Milliseconds between two renders: a burst of edits is hundreds of events. */
const RENDER_EVERY = 150
/** Milliseconds after which a connection is tried again that the site has refused. */
const RETRY_DELAY_MS = 4_000

/** Follows the site's events for as long as anybody subscribes. */
export function createLiveStore(address: string) {
  const listeners = new Set<() => void>()
  let state = INITIAL_STATE
  let next = INITIAL_STATE
  let source: EventSource | undefined
  let rendering: ReturnType<typeof setTimeout> | undefined
  let reopening: ReturnType<typeof setTimeout> | undefined

  function change(fields: Partial<LiveState>) {
    next = { ...next, ...fields }
    rendering ??= setTimeout(() => {
      rendering = undefined
      state = next
      for (const listener of listeners) listener()
    }, RENDER_EVERY)
  }

  function receive({ data, lastEventId }: MessageEvent<string>) {
    const id = Number(lastEventId.split('-')[1])
    change({ feed: withEvent(next.feed, JSON.parse(data) as LiveEvent, id) })
  }

  /** All that the site still has comes anew; of what it has no more, it tells the sums. */
  function restart({ data }: MessageEvent<string>) {
    change({ feed: { ...EMPTY_FEED, counts: JSON.parse(data) as Counts } })
  }

  function open() {
    source = new EventSource(address)
    source.onopen = () => change({ connection: 'open' })
    source.onmessage = receive
    source.addEventListener('begin', restart)
    source.addEventListener('link', ({ data }) => change({ connection: data === 'up' ? 'open' : 'cut' }))
    source.onerror = () => {
      change({ connection: 'lost' })
      // A browser goes on trying by itself, unless the site answered with a refusal.
      if (source?.readyState === EventSource.CLOSED) reopening = setTimeout(open, RETRY_DELAY_MS)
    }
  }

  function close() {
    source?.close()
    clearTimeout(reopening)
    clearTimeout(rendering)
    rendering = undefined
    next = state = { ...next, connection: 'connecting' }
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
