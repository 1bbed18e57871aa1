import { describe, expect, it } from 'vitest'
import { EMPTY_FEED, type Feed, MAX_STORIES, withEvent } from '../../app/live/_feed/feed.ts'
import { type LiveEvent, readLiveEvent } from '../../app/live/_feed/liveEvent.ts'
import { groupFragments } from '../../app/live/groupFragments.ts'

function feedOf(...events: LiveEvent[]): Feed {
  return events.reduce((feed, event, index) => withEvent(feed, event, index + 1), EMPTY_FEED)
}

function handled(at: number, ...routes: string[]): LiveEvent {
  const edit = { editor: 'Amy', action: 'save', title: 'Jaws', slug: 'jaws', change: 'Rating', at: at - 30 }
  const objects = ['film:1']
  return {
    type: 'handled',
    at,
    durationMs: 10,
    messages: [edit],
    expired: 0,
    refreshed: 2,
    objects,
    fragments: [],
    routes,
  }
}

const rebuilt = (at: number, route: string, durationMs = 5): LiveEvent => ({
  type: 'rebuilt',
  at,
  route,
  durationMs,
})
const states = ({ stories }: Feed) => stories.map(({ routes }) => routes.map(({ state }) => state).join(' '))

describe('the live feed', () => {
  it('the feed measures an edit from its publication to the rebuild of its last page', () => {
    const half = feedOf(handled(1_000, '/', '/films/jaws'), rebuilt(1_060, '/'))
    expect(states(half)).toEqual(['rebuilt waiting'])
    expect(half.latencies).toEqual([])
    const whole = withEvent(half, rebuilt(1_100, '/films/jaws'), 9)
    expect(whole.stories[0]).toMatchObject({ latency: 130 })
    expect(whole.latencies).toEqual([130])
    expect(whole.counts).toEqual({ edits: 1, refreshed: 2, expired: 0, rebuilt: 2, failed: 0 })
  })

  it('the feed does not count a rebuild for an edit that came after it', () => {
    const feed = feedOf(handled(1_000, '/'), handled(1_050, '/'), rebuilt(1_080, '/', 60))
    expect(states(feed)).toEqual(['waiting', 'rebuilt'])
    expect(states(withEvent(feed, rebuilt(1_200, '/'), 9))).toEqual(['rebuilt', 'rebuilt'])
  })

  it('the feed shows the rebuild of a failed page, and still counts the failure', () => {
    const failed = {
      type: 'failed',
      at: 1_050,
      route: '/',
      reason: 'no',
      durationMs: 5,
      exhausted: false,
    } as const
    const feed = feedOf(handled(1_000, '/'), failed)
    expect(states(feed)).toEqual(['failed'])
    const better = withEvent(feed, rebuilt(1_500, '/'), 9)
    expect(states(better)).toEqual(['rebuilt'])
    expect(better.counts.failed).toBe(1)
  })

  it('the feed counts a skipped page as done', () => {
    const gone = { type: 'skipped', at: 1_050, route: '/films/jaws', reason: 'gone', durationMs: 5 } as const
    expect(feedOf(handled(1_000, '/films/jaws'), gone).latencies).toEqual([80])
  })

  it('the feed keeps the newest hundred stories', () => {
    const many = Array.from({ length: MAX_STORIES + 20 }, (_, index) => handled(1_000 + index))
    const { stories } = feedOf(...many)
    expect(stories).toHaveLength(MAX_STORIES)
    expect(stories[0]?.at).toBe(1_000 + many.length - 1)
  })
})

describe('a message on the channel', () => {
  it('a payload with the shape of an event is an event', () => {
    const event = handled(1_000, '/')
    expect(readLiveEvent(JSON.stringify(event))).toEqual(event)
  })

  it.each([
    ['not JSON', '{'],
    ['of no known type', '{"type":"script","at":1}'],
    ['with a link to elsewhere', JSON.stringify(handled(1, '/')).replace('"jaws"', '"//elsewhere"')],
    ['with text instead of a number', '{"type":"rebuilt","at":1,"route":"/","durationMs":"5"}'],
    ['too long', JSON.stringify({ type: 'trouble', at: 1, reason: 'x', more: 'y'.repeat(300_000) })],
  ])('a payload that is %s is ignored', (_, json) => {
    expect(readLiveEvent(json)).toBeUndefined()
  })
})

it('fragments of one name are listed together', () => {
  expect(
    groupFragments(['"film/row"@"b"[1,"rating"]', '"home"@"b"', '"film/row"@"b"[2,"rating"]', 'foreign']),
  ).toEqual([
    { name: 'film/row', count: 2 },
    { name: 'home', count: 1 },
    { name: 'foreign', count: 1 },
  ])
})
