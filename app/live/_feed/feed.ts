import type { Edit, LiveEvent } from './liveEvent'

export interface RouteState {
  readonly route: string
  readonly state: 'waiting' | 'rebuilt' | 'skipped' | 'failed'
  readonly ms?: number
  readonly reason?: string
}

/** Edits that the worker dealt with at once, and what came of them. */
export interface Story {
  readonly id: number
  readonly at: number
  /** When the worker had them before it. */
  readonly startedAt: number
  readonly edits: readonly Edit[]
  readonly objects: readonly string[]
  readonly expired: number
  readonly refreshed: number
  readonly fragments: readonly string[]
  readonly routes: readonly RouteState[]
  /** Milliseconds from the first edit's publication to the last page that was rebuilt, once all are. */
  readonly latency?: number
}

/** Something went wrong that belongs to no edit. */
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

/** @param id a number that no event before it had */
export function withEvent(feed: Feed, event: LiveEvent, id: number): Feed {
  const { counts } = feed
  switch (event.type) {
    case 'handled': {
      const { at, ms, messages, objects, expired, refreshed, fragments, routes } = event
      const story: Story = {
        id,
        at,
        startedAt: at - ms,
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
        { route: event.route, state: 'rebuilt', ms: event.ms },
        event.at,
      )
    case 'skipped':
      return withRoute(
        feed,
        { route: event.route, state: 'skipped', ms: event.ms, reason: event.reason },
        event.at,
      )
    case 'failed':
      return withRoute(
        { ...feed, counts: { ...counts, failed: counts.failed + 1 } },
        { route: event.route, state: 'failed', ms: event.ms, reason: event.reason },
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

/** One rebuild serves all edits that were dealt with before it began; a later one has its own to come. */
function withRoute(feed: Feed, done: RouteState, at: number): Feed {
  const latencies = [...feed.latencies]
  const startedAt = at - (done.ms ?? 0)
  const stories = feed.stories.map((story) => {
    const isOpen = ({ route, state }: RouteState) =>
      route === done.route && (state === 'waiting' || state === 'failed')
    if (story.startedAt > startedAt || !story.routes.some(isOpen)) return story
    const routes = story.routes.map((route) => (isOpen(route) ? done : route))
    const isDone = routes.every(({ state }) => state === 'rebuilt' || state === 'skipped')
    if (!isDone) return { ...story, routes }
    const published = Math.min(story.startedAt, ...story.edits.map((edit) => edit.at))
    const latency = Math.max(0, at - published)
    latencies.push(latency)
    return { ...story, routes, latency }
  })
  return { ...feed, stories, latencies: latencies.slice(-MAX_LATENCIES) }
}

/** The middle and the slowest of some figures. */
export function getSpread(latencies: readonly number[]): { median: number; worst: number } | undefined {
  const sorted = latencies.toSorted((a, b) => a - b)
  const worst = sorted.at(-1)
  const median = sorted[Math.floor(sorted.length / 2)]
  return worst === undefined || median === undefined ? undefined : { median, worst }
}
