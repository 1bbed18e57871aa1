import 'next/dist/server/node-environment-baseline.js'
import {
  areTagsExpired,
  areTagsStale,
} from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import type { CacheEvent } from '../../lib/core/events.ts'
import type { ExpiryListener } from '../../lib/core/store.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { followExpiries } from '../../lib/next/followExpiries.ts'
import { noteCacheOf } from '../../lib/next/internals/oneClock.ts'
import type { WorkStore } from '../../lib/next/internals/storages.ts'
import { pageUnderWay } from '../../lib/next/pagesUnderWay.ts'
import { tagOfAnything, tagOfObject } from '../../lib/next/pageTags.ts'

let tests = 0
let namespace: string
let tell: ExpiryListener
let began: number
const events: CacheEvent[] = []
const follow = vi.fn((listener: ExpiryListener) => {
  tell = listener
  return () => {}
})

beforeEach(() => {
  namespace = `site ${++tests}`
  began = Date.now() - 1
  events.length = 0
  follow.mockClear()
  const engine = createEngine({ ...memoryStore({ name: false }), follow }, {}, (event) => events.push(event))
  followExpiries(engine, namespace)
  followExpiries(engine, namespace)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const isExpired = (tag: string) => areTagsExpired([tag], began)
const isStale = (tag: string) => areTagsStale([tag], began)
const tagOf = (object: string) => tagOfObject(object, namespace)

it('asks the store once', () => {
  expect(follow).toHaveBeenCalledOnce()
})

it('does nothing in a build, which needs no store', () => {
  vi.stubEnv('NEXT_PHASE', 'phase-production-build')
  followExpiries(createEngine({ ...memoryStore({ name: false }), follow }), 'another')
  expect(follow).toHaveBeenCalledOnce()
})

describe('a page of this process', () => {
  it('is expired with an object that somebody expired, and no other', () => {
    tell.expired(['story:1'], 'expire')
    expect(isExpired(tagOf('story:1'))).toBe(true)
    expect(isExpired(tagOf('story:2'))).toBe(false)
    expect(isExpired(tagOfAnything(namespace))).toBe(false)
  })

  it('is stale, not expired, with one that somebody refreshed', () => {
    tell.expired(['story:1'], 'refresh')
    expect(isStale(tagOf('story:1'))).toBe(true)
    expect(isExpired(tagOf('story:1'))).toBe(false)
  })

  it('stays expired when it is refreshed after', () => {
    tell.expired(['story:1'], 'expire')
    tell.expired(['story:1'], 'refresh')
    expect(isExpired(tagOf('story:1'))).toBe(true)
  })

  it.each(['expire', 'refresh'] as const)(
    'is rendered anew a little later when one met it under way: %s',
    (how) => {
      // With a cache handler of the site's own, which dates pages when they are stored.
      noteCacheOf({ incrementalCache: { cacheHandler: {} } } as unknown as WorkStore)
      const [soonest = ''] = pageUnderWay({} as WorkStore, [tagOf('story:1')])
      tell.expired(['story:2'], how)
      const now = performance.now()
      const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 40_000)
      expect(isExpired(soonest)).toBe(false)
      clock.mockReturnValue(now)
      tell.expired(['story:1'], how)
      clock.mockReturnValue(now + 40_000)
      expect(isExpired(soonest)).toBe(true)
    },
  )

  it('is expired with all others when something may have been missed', () => {
    tell.missed()
    expect(isExpired(tagOfAnything(namespace))).toBe(true)
    expect(isExpired(tagOfAnything('another site'))).toBe(false)
  })

  it('is expired with all others rather than that tags are remembered without end', () => {
    for (let object = 0; object < 20_000; object++) tell.expired([`object:${object}`], 'expire')
    expect(isExpired(tagOfAnything(namespace))).toBe(false)
    tell.expired(['one more', 'next/tag:of the site'], 'expire')
    expect(isExpired(tagOfAnything(namespace))).toBe(true)
    // What it stands for is forgotten, but nothing that the site's own code revalidates.
    expect(isExpired(tagOf('object:1'))).toBe(false)
    expect(isExpired('of the site')).toBe(true)
  })
})

it('tells once why nothing is heard, until something is', () => {
  const error = new Error('no line')
  tell.missed(error)
  tell.missed(error)
  expect(events).toEqual([{ type: 'store-error', operation: 'follow', error }])
  tell.missed()
  tell.missed(error)
  expect(events).toHaveLength(2)
})
