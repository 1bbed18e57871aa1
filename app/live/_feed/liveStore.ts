import { type Counts, EMPTY_FEED, type Feed, withEvent } from './feed'
import type { LiveEvent } from './liveEvent'

/** How the browser is connected: `cut` means that the site has lost Redis. */
export type Link = 'connecting' | 'open' | 'lost' | 'cut'

export interface LiveState {
  readonly feed: Feed
  readonly link: Link
}

export const BEFORE: LiveState = { feed: EMPTY_FEED, link: 'connecting' }

/** Milliseconds between two renders: a burst of edits is hundreds of events. */
const RENDER_EVERY = 150
/** Milliseconds after which a connection is tried again that the site has refused. */
const AGAIN = 4_000

/** Follows the site's events for as long as anybody subscribes. */
export function createLiveStore(address: string) {
  const listeners = new Set<() => void>()
  let state = BEFORE
  let next = BEFORE
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

  function take({ data, lastEventId }: MessageEvent<string>) {
    const id = Number(lastEventId.split('-')[1])
    change({ feed: withEvent(next.feed, JSON.parse(data) as LiveEvent, id) })
  }

  /** All that the site still has comes anew; of what it has no more, it tells the sums. */
  function begin({ data }: MessageEvent<string>) {
    change({ feed: { ...EMPTY_FEED, counts: JSON.parse(data) as Counts } })
  }

  function open() {
    source = new EventSource(address)
    source.onopen = () => change({ link: 'open' })
    source.onmessage = take
    source.addEventListener('begin', begin)
    source.addEventListener('link', ({ data }) => change({ link: data === 'up' ? 'open' : 'cut' }))
    source.onerror = () => {
      change({ link: 'lost' })
      // A browser goes on trying by itself, unless the site answered with a refusal.
      if (source?.readyState === EventSource.CLOSED) reopening = setTimeout(open, AGAIN)
    }
  }

  function close() {
    source?.close()
    clearTimeout(reopening)
    clearTimeout(rendering)
    rendering = undefined
    next = state = { ...next, link: 'connecting' }
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
