import 'next/dist/server/node-environment-baseline.js'
import { mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { monotonicNow } from '../../lib/core/monotonicNow.ts'
import { checkTags, revalidateTagsLocally } from '../../lib/next/internals/checkTags.ts'
import type { WorkStore } from '../../lib/next/internals/nextWork.ts'
import { detectPageCache, patchNextClocks } from '../../lib/next/internals/patchNextClocks.ts'
import { createRenderTag } from '../../lib/next/internals/renderTag.ts'

// Next's own cache of pages, in memory and on disk. The test controls both clocks.

const require = createRequire(import.meta.url)
const load = (file: string) => require(`next/dist/server/lib/${file}`)
const { default: FileSystemCache } = load('incremental-cache/file-system-cache.js')
const { areTagsStale } = load('incremental-cache/tags-manifest.external.js')
const { getMemoryCache } = load('incremental-cache/memory-cache.external.js')
const { nodeFs } = load('node-fs-methods.js')

const hour = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'pages-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let pages = 0
let key: string
let tag: string
const clock = { wall: 0, monotonic: 0 }
const realClock = { wall: Date.now.bind(Date), monotonic: performance.now.bind(performance) }

beforeEach(() => {
  key = `/page${++pages}`
  tag = `rcc:tag${pages}`
  Object.assign(clock, { wall: 0, monotonic: 0 })
  vi.spyOn(Date, 'now').mockImplementation(() => realClock.wall() + clock.wall)
  vi.spyOn(performance, 'now').mockImplementation(() => realClock.monotonic() + clock.monotonic)
})
afterEach(() => vi.restoreAllMocks())

// Once, as in a process of Next.
patchNextClocks()

const handler = new FileSystemCache({
  fs: nodeFs,
  flushToDisk: true,
  serverDistDir: folder,
  revalidatedTags: [],
  maxMemoryCacheSize: 1_000_000,
})
const options = { kind: 'APP_PAGE', isRoutePPREnabled: false, isFallback: false }

async function store({ since = monotonicNow(), tags = [tag, createRenderTag(since)] } = {}) {
  const headers = { 'x-next-cache-tags': tags.join() }
  const value = { kind: 'APP_PAGE', html: 'old', rscData: Buffer.from('old'), headers, status: 200 }
  await handler.set(key, value, { cacheControl: { revalidate: false } })
}
const isKept = async () => (await handler.get(key, options)) !== null
/** The verdict of Next's server on the page from the handler. */
const isStale = async () => areTagsStale([tag], (await handler.get(key, options))?.lastModified)
const forgetInMemory = () => getMemoryCache(0).cache.delete(key)

const steps = [0, hour, -hour]
const allSteps = steps.flatMap((stored) =>
  steps.flatMap((expired) => steps.map((requested) => ({ stored, expired, requested }))),
)

describe.each([
  ["Next's own handler", () => handler.revalidateTag(tag, { expire: 0 })],
  ['an updateTag of Next', () => handler.revalidateTag(tag)],
  ['the expiry of another process', async () => revalidateTagsLocally([tag], { expire: 0 })],
])('%s', (_, expire) => {
  it.each(allSteps)('a page expires with the wall clock at $stored, $expired, $requested', async (step) => {
    clock.wall = step.stored
    await store()
    expect(await isKept()).toBe(true)
    clock.wall = step.expired
    await expire()
    clock.wall = step.requested
    clock.monotonic += 1
    expect(await isKept()).toBe(false)
    await store()
    for (const wall of steps) {
      clock.wall = wall
      expect(await isKept()).toBe(true)
      expect(await isStale()).toBe(false)
    }
  })
})

describe.each(allSteps)('with the wall clock at $stored, $expired, $requested', (step) => {
  it('a refreshed page is stale until it is stored again', async () => {
    clock.wall = step.stored
    await store()
    clock.wall = step.expired
    await handler.revalidateTag(tag, { expire: 365 * 24 * 3600 })
    clock.wall = step.requested
    expect(await isStale()).toBe(true)
    expect(await isKept()).toBe(true)
    await store()
    expect(await isStale()).toBe(false)
  })

  it('a page that was in progress during the expiry is expired', async () => {
    clock.wall = step.stored
    const since = monotonicNow()
    clock.monotonic += 5
    clock.wall = step.expired
    revalidateTagsLocally([tag], { expire: 0 })
    clock.monotonic += 5
    await store({ since })
    clock.wall = step.requested
    expect(await isKept()).toBe(false)
  })

  it('a page that was read from a file is expired', async () => {
    clock.wall = step.stored
    await store()
    clock.wall = step.expired
    revalidateTagsLocally([tag], { expire: 0 })
    clock.wall = step.requested
    clock.monotonic += 1
    forgetInMemory()
    expect(await isKept()).toBe(false)
  })

  it('a page read from a file, and stored after the expiry, is kept', async () => {
    clock.wall = step.stored
    revalidateTagsLocally([tag], { expire: 0 })
    clock.wall = step.expired
    await store()
    clock.wall = step.requested
    forgetInMemory()
    expect(await isKept()).toBe(true)
  })

  it('an entry of the store is judged by the time it was made', () => {
    clock.wall = step.stored
    const createdAt = monotonicNow()
    clock.wall = step.expired
    clock.monotonic += 1
    revalidateTagsLocally([tag], { expire: 0 })
    clock.wall = step.requested
    clock.monotonic += 1
    expect(checkTags({} as WorkStore, [tag], createdAt)).toBe('expired')
    expect(checkTags({} as WorkStore, [tag], monotonicNow())).toBe('fresh')
  })
})

it('a page of a build with its clock ahead counts as older than any expiry', async () => {
  await store({ tags: [tag] })
  forgetInMemory()
  const ahead = new Date(realClock.wall() + hour)
  utimesSync(join(folder, 'app', `${key}.html`), ahead, ahead)
  expect(await isKept()).toBe(true)
  revalidateTagsLocally([tag], { expire: 0 })
  expect(await isKept()).toBe(false)
})

it.each([0, 30])(
  'a page of another process in a file %i ms old counts as older than expiries',
  async (age) => {
    await store({ tags: [tag, 'rcc:at:another0:123.456'] })
    revalidateTagsLocally([tag], { expire: 0 })
    const written = new Date(realClock.wall() - age)
    utimesSync(join(folder, 'app', `${key}.html`), written, written)
    forgetInMemory()
    expect(await isKept()).toBe(false)
  },
)

it('a page is not kept when its data may have been expired during the render', async () => {
  const data = `rcc-data:cc:object${pages}`
  revalidateTagsLocally([data], { expire: 0 })
  clock.monotonic += 5_000
  await store({ tags: [data] })
  expect(await isKept()).toBe(false)
  clock.monotonic += 60_000
  await store({ tags: [data] })
  expect(await isKept()).toBe(true)
})

it.each(steps)('a tag expires after its delay, with the wall clock at %i', async (wall) => {
  await store()
  clock.monotonic += 1
  await handler.revalidateTag(tag, { expire: 60 })
  clock.wall = wall
  expect(await isKept()).toBe(true)
  clock.monotonic += 61_000
  expect(await isKept()).toBe(false)
})

it('a page without fragments is dated by the same clock', async () => {
  clock.wall = hour
  await store({ tags: ['of-the-site'] })
  clock.wall = 0
  await handler.revalidateTag('of-the-site', { expire: 0 })
  clock.monotonic += 1
  expect(await isKept()).toBe(false)
})

it('a page is retried after a failed render as late as in Next', async () => {
  await store()
  const { value } = await handler.get(key, options)
  clock.monotonic += hour
  await handler.set(key, value, { cacheControl: { revalidate: 3 } })
  expect((await handler.get(key, options)).lastModified).toBeGreaterThan(monotonicNow() - 1000)
})

it('an expiry stays when a refresh follows before the next visit', async () => {
  await store()
  await handler.revalidateTag(tag, { expire: 0 })
  clock.monotonic += 1
  await handler.revalidateTag(tag, { expire: 365 * 24 * 3600 })
  expect(await isKept()).toBe(false)
})

describe('without a memory cache of Next', () => {
  const { memoryCache } = FileSystemCache
  const detect = () =>
    detectPageCache({ incrementalCache: { cacheHandler: handler } } as unknown as WorkStore)
  beforeEach(() => {
    FileSystemCache.memoryCache = undefined
    detect()
  })
  afterEach(() => {
    FileSystemCache.memoryCache = memoryCache
    detect()
  })

  it('a page with a file dated ahead goes stale, and the next one is kept', async () => {
    clock.wall = hour
    const dateFile = () => {
      const wall = new Date(Date.now())
      utimesSync(join(folder, 'app', `${key}.html`), wall, wall)
    }
    await store()
    dateFile()
    clock.wall += 1000
    revalidateTagsLocally([tag], { expire: 0 })
    expect(!(await isKept()) || (await isStale())).toBe(true)
    clock.wall += 1000
    await store()
    dateFile()
    expect(await isKept()).toBe(true)
    expect(await isStale()).toBe(false)
  })
})
