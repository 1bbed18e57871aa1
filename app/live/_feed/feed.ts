import type { Edit, LiveEvent } from './liveEvent'

export interface RouteState {
  readonly route: string
  readonly state: 'waiting' | 'rebuilt' | 'skipped' | 'failed'
  readonly durationMs?: number
  readonly reason?: string
}

/** Edits that the worker handled together, with their fragments and pages. */
export interface Story {
  readonly id: number
  readonly at: number
  /** The time at which the worker began to handle the edits. */
  readonly startedAt: number
  readonly edits: readonly Edit[]
  readonly objects: readonly string[]
  readonly expired: number
  readonly refreshed: number
  readonly fragments: readonly string[]
  readonly routes: readonly RouteState[]
  /** Milliseconds from the publication of the first edit to the last rebuild. Absent until all pages are rebuilt. */
  readonly latency?: number
}

/** A failure that belongs to no edit. */
export interface Trouble {
  readonly id: number
  readonly at: number
  readonly reason: string
}

export interface Counts {
  readonly edits: number
  readonly refreshed: number
  readonly expired: number
  readonly rebuilt: number
  readonly failed: number
}

export interface Feed {
  /** Newest first. */
  readonly stories: readonly Story[]
  readonly troubles: readonly Trouble[]
  readonly counts: Counts
  /** Oldest first. */
  readonly latencies: readonly number[]
}

export const MAX_STORIES = 100
const MAX_TROUBLES = 3
export const MAX_LATENCIES = 48

export const EMPTY_FEED: Feed = {
  stories: [],
  troubles: [],
  counts: { edits: 0, refreshed: 0, expired: 0, rebuilt: 0, failed: 0 },
  latencies: [],
}

/** Returns the feed with an event added. @param id a number that no earlier event has */
export function withEvent(feed: Feed, event: LiveEvent, id: number): Feed {
  const { counts } = feed
  switch (event.type) {
    case 'handled': {
      const { at, durationMs, messages, objects, expired, refreshed, fragments, routes } = event
      const story: Story = {
        id,
        at,
        startedAt: at - durationMs,
        edits: messages,
        objects,
        expired,
        refreshed,
        fragments,
        routes: routes.map((route) => ({ route, state: 'waiting' })),
      }
      return {
        ...feed,
        stories: [story, ...feed.stories].slice(0, MAX_STORIES),
        counts: {
          ...counts,
          edits: counts.edits + messages.length,
          expired: counts.expired + expired,
          refreshed: counts.refreshed + refreshed,
        },
      }
    }
    case 'rebuilt':
      return withRoute(
        { ...feed, counts: { ...counts, rebuilt: counts.rebuilt + 1 } },
        { route: event.route, state: 'rebuilt', durationMs: event.durationMs },
        event.at,
      )
    case 'skipped':
      return withRoute(
        feed,
        { route: event.route, state: 'skipped', durationMs: event.durationMs, reason: event.reason },
        event.at,
      )
    case 'failed':
      return withRoute(
        { ...feed, counts: { ...counts, failed: counts.failed + 1 } },
        { route: event.route, state: 'failed', durationMs: event.durationMs, reason: event.reason },
        event.at,
      )
    case 'trouble': {
      const trouble = { id, at: event.at, reason: event.reason }
      return {
        ...feed,
        troubles: [trouble, ...feed.troubles].slice(0, MAX_TROUBLES),
        counts: { ...counts, failed: counts.failed + 1 },
      }
    }
  }
}

/**
 * Returns the feed with the result of a rebuild. The result applies to all edits that were handled before the
 * rebuild began. A later edit has a rebuild of its own.
 */
function withRoute(feed: Feed, result: RouteState, at: number): Feed {
  const latencies = [...feed.latencies]
  const startedAt = at - (result.durationMs ?? 0)
  const stories = feed.stories.map((story) => {
    const isOpen = ({ route, state }: RouteState) =>
      route === result.route && (state === 'waiting' || state === 'failed')
    if (story.startedAt > startedAt || !story.routes.some(isOpen)) return story
    const routes = story.routes.map((route) => (isOpen(route) ? result : route))
    const isDone = routes.every(({ state }) => state === 'rebuilt' || state === 'skipped')
    if (!isDone) return { ...story, routes }
    const publishedAt = Math.min(story.startedAt, ...story.edits.map((edit) => edit.at))
    const latency = Math.max(0, at - publishedAt)
    latencies.push(latency)
    return { ...story, routes, latency }
  })
  return { ...feed, stories, latencies: latencies.slice(-MAX_LATENCIES) }
}

/** Returns the median and the maximum of the latencies, or undefined when there are none. */
export function getSpread(latencies: readonly number[]): { median: number; worst: number } | undefined {
  const sorted = latencies.toSorted((a, b) => a - b)
  const worst = sorted.at(-1)
  const median = sorted[Math.floor(sorted.length / 2)]
  return worst === undefined || median === undefined ? undefined : { median, worst }
}
