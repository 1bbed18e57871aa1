import 'next/dist/server/node-environment-baseline.js'
import {
  areTagsExpired,
  areTagsStale,
} from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import type { CacheEvent } from '../../lib/core/events.ts'
import type { ExpiryListener } from '../../lib/core/fragmentStore.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { followExpiries } from '../../lib/next/followExpiries.ts'
import type { WorkStore } from '../../lib/next/internals/nextWork.ts'
import { detectPageCache } from '../../lib/next/internals/patchNextClocks.ts'
import { getCatchAllTag, toNextTag } from '../../lib/next/toNextTag.ts'
import { trackPageRender } from '../../lib/next/trackPageRender.ts'

let tests = 0
let namespace: string
let expiryListener: ExpiryListener
let startedAt: number
const events: CacheEvent[] = []
const subscribe = vi.fn((listener: ExpiryListener) => {
  expiryListener = listener
  return () => {}
})

beforeEach(() => {
  namespace = `site ${++tests}`
  startedAt = Date.now() - 1
  events.length = 0
  subscribe.mockClear()
  const engine = createEngine({ ...memoryStore({ name: false }), subscribe }, {}, (event) =>
    events.push(event),
  )
  followExpiries(engine, namespace)
  followExpiries(engine, namespace)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const isExpired = (tag: string) => areTagsExpired([tag], startedAt)
const isStale = (tag: string) => areTagsStale([tag], startedAt)
const tagOf = (object: string) => toNextTag(object, namespace)

it('a second call does not subscribe to the store again', () => {
  expect(subscribe).toHaveBeenCalledOnce()
})

it('a build follows nothing, and needs no store', () => {
  vi.stubEnv('NEXT_PHASE', 'phase-production-build')
  followExpiries(createEngine({ ...memoryStore({ name: false }), subscribe }), 'another')
  expect(subscribe).toHaveBeenCalledOnce()
})

describe('a page of this process', () => {
  it('an expired object expires its pages, and no others', () => {
    expiryListener.onExpiry(['story:1'], 'expire')
    expect(isExpired(tagOf('story:1'))).toBe(true)
    expect(isExpired(tagOf('story:2'))).toBe(false)
    expect(isExpired(getCatchAllTag(namespace))).toBe(false)
  })

  it('a refreshed object makes its pages stale, not expired', () => {
    expiryListener.onExpiry(['story:1'], 'refresh')
    expect(isStale(tagOf('story:1'))).toBe(true)
    expect(isExpired(tagOf('story:1'))).toBe(false)
  })

  it('a page stays expired when a refresh follows', () => {
    expiryListener.onExpiry(['story:1'], 'expire')
    expiryListener.onExpiry(['story:1'], 'refresh')
    expect(isExpired(tagOf('story:1'))).toBe(true)
  })

  it.each(['expire', 'refresh'] as const)(
    'a page rendered during the expiry is rendered again later: %s',
    (mode) => {
      // With a cache handler of the site's own, which dates pages when they are stored.
      detectPageCache({ incrementalCache: { cacheHandler: {} } } as unknown as WorkStore)
      const [soonest = ''] = trackPageRender({} as WorkStore, [tagOf('story:1')])
      expiryListener.onExpiry(['story:2'], mode)
      const now = performance.now()
      const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 40_000)
      expect(isExpired(soonest)).toBe(false)
      clock.mockReturnValue(now)
      expiryListener.onExpiry(['story:1'], mode)
      clock.mockReturnValue(now + 40_000)
      expect(isExpired(soonest)).toBe(true)
    },
  )

  it('a gap in the log expires all pages with fragments', () => {
    expiryListener.onGap()
    expect(isExpired(getCatchAllTag(namespace))).toBe(true)
    expect(isExpired(getCatchAllTag('another site'))).toBe(false)
  })

  it('too many remembered tags expire all pages with fragments', () => {
    for (let object = 0; object < 20_000; object++) expiryListener.onExpiry([`object:${object}`], 'expire')
    expect(isExpired(getCatchAllTag(namespace))).toBe(false)
    expiryListener.onExpiry(['one more', 'next/tag:of the site'], 'expire')
    expect(isExpired(getCatchAllTag(namespace))).toBe(true)
    // The catch-all tag replaces the tags of objects, but not tags that the code of the site revalidates.
    expect(isExpired(tagOf('object:1'))).toBe(false)
    expect(isExpired('of the site')).toBe(true)
  })
})

it('a failing subscription is reported once, until it works again', () => {
  const error = new Error('no line')
  expiryListener.onGap(error)
  expiryListener.onGap(error)
  expect(events).toEqual([{ type: 'store-error', operation: 'subscribe', error }])
  expiryListener.onGap()
  expiryListener.onGap(error)
  expect(events).toHaveLength(2)
})
