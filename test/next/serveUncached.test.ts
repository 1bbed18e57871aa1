import 'next/dist/server/node-environment-baseline.js'
import { createRequire } from 'node:module'
import { beforeEach, expect, it } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import type { CacheEvent } from '../../lib/core/events.ts'
import { monotonicNow } from '../../lib/core/monotonicNow.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { parseRenderStart } from '../../lib/next/internals/renderTag.ts'
import {
  type WorkStore,
  workAsyncStorage,
  workUnitAsyncStorage,
} from '../../lib/next/internals/workAsyncStorage.ts'
import { hasUntiedPages, serveUncached } from '../../lib/next/serveUncached.ts'
import { getCatchAllTag, getUncachedTag } from '../../lib/next/toNextTag.ts'

// How a page around a fragment that cannot be cached is tied to expiries, with Next's own functions.

const { createWorkStore } = createRequire(import.meta.url)('next/dist/server/async-storage/work-store.js')
const tags = [getUncachedTag('cc'), getCatchAllTag('cc')]
const workingCache = {
  generateSimpleCacheKey: async () => 'key',
  get: async () => null,
  set: async () => {},
}
let events: CacheEvent[]
let engine: ReturnType<typeof createEngine>

beforeEach(() => {
  events = []
  engine = createEngine(memoryStore({ name: false }), {}, (event) => events.push(event))
})

async function render(
  unit: object | undefined,
  incrementalCache: object | undefined = workingCache,
  props = {},
  fields = {},
) {
  const workStore: WorkStore = createWorkStore({
    page: '/page',
    renderOpts: { experimental: {} },
    buildId: 'build',
  })
  Object.assign(workStore, { incrementalCache, ...fields })
  return workAsyncStorage.run(workStore, () =>
    workUnitAsyncStorage.run(unit as never, () => serveUncached(props, 'children', engine, 'cc')),
  )
}

it.each([
  'prerender',
  'prerender-legacy',
  'prerender-runtime',
  'cache',
  'private-cache',
  'prerender-to-come',
])('a unit of type %s follows every expiry', async (type) => {
  const unit = { type, tags: null, revalidate: 900, expire: 9_000 }
  expect(await render(unit)).toBe('children')
  expect(unit.tags).toEqual(expect.arrayContaining(tags))
  expect(unit).toMatchObject({ revalidate: 900, expire: 9_000 })
  expect(hasUntiedPages()).toBe(false)
})

it.each(['prerender', 'prerender-legacy', 'prerender-runtime'])(
  'a page of type %s is dated by the start of its render',
  async (type) => {
    const unit = { type, tags: null as string[] | null, revalidate: 900, expire: 9_000 }
    const before = monotonicNow()
    await render(unit, workingCache, {}, { requestStartTime: before })
    expect(parseRenderStart((unit.tags ?? []).join())).toBeCloseTo(before, 2)
    const built = { ...unit, tags: null as string[] | null }
    await render(built, workingCache, {}, { isBuildTimePrerendering: true })
    expect(parseRenderStart((built.tags ?? []).join())).toBeUndefined()
  },
)

it('the lifetime of an uncached fragment limits the page around it', async () => {
  const unit = { type: 'prerender-legacy', tags: ['own'], revalidate: 900, expire: 9_000 }
  await render(unit, workingCache, { ttl: 60, swr: 240 })
  expect(unit).toMatchObject({ revalidate: 60, expire: 300 })
  expect(unit.tags).toContain('own')
})

it.each([
  ['for a request', { type: 'request', tags: null }],
  ['inside unstable_cache', { type: 'unstable-cache' }],
  ['outside of Next', undefined],
])('the children of an uncached fragment are unchanged %s', (_, unit) => {
  const output = workUnitAsyncStorage.run(unit as never, () => serveUncached({}, 'children', engine, 'cc'))
  expect(output).toBe('children')
})

it('a page follows expiries although the cache handler fails', async () => {
  const failing = { ...workingCache, get: () => Promise.reject(new Error('down')) }
  const unit = { type: 'prerender-legacy', tags: null, revalidate: 900, expire: 9_000 }
  expect(await render(unit, failing)).toBe('children')
  expect(unit.tags).toEqual(expect.arrayContaining(tags))
  expect(events).toEqual([])
})

it('a page that cannot follow expiries is reported', async () => {
  expect(await render({ type: 'prerender-to-come' })).toBe('children')
  expect(hasUntiedPages()).toBe(true)
})
