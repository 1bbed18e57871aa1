import { describe, expect, it, vi } from 'vitest'
import { isContentCacheError } from '../../../lib/core/errors.ts'
import { createLazyStore } from '../../../lib/core/lazyStore.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'

const place = { format: 'raw', key: ':1:section' }
const html = async () => '<p>output</p>'

describe('an invalid `exportAs`', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'null is not an object'],
    ['a text', ':1:section', "':1:section' is not an object"],
    ['a list in a list', [[place]], 'is not an object'],
    ['no format', { key: 'a' }, 'its format is undefined'],
    ['an unknown format', { format: 'php', key: 'a' }, "its format is 'php'"],
    ['the name of a property of lists', { format: 'length', key: 'a' }, "its format is 'length'"],
    ['no key', { format: 'raw' }, 'its key is undefined'],
    ['too many', Array.from({ length: 11 }, (_, index) => ({ ...place, key: `${index}` })), 'a list of 11'],
  ])('an error names the fragment of an invalid `exportAs`: %s', async (_, exportAs, fault) => {
    const site = createSite()
    const children = vi.fn(() => ['output'])
    const error = await site
      .request()
      .serve('section', children, { exportAs, renderHtml: html })
      .catch((error) => error)
    expect(error).toSatisfy(isContentCacheError)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.code).toBe('CC_INVALID_EXPORT')
    expect(error.message).toContain('"section"')
    expect(error.message).toContain(fault)
    expect(children).not.toHaveBeenCalled()
  })

  it('ten places, the longest key and an empty list are accepted', async () => {
    const ten = Array.from({ length: 10 }, (_, index) => ({ ...place, key: `${index}`.repeat(1_024) }))
    for (const exportAs of [ten, []]) {
      const { value } = await createSite()
        .request()
        .serve('section', () => ['output'], { exportAs, renderHtml: html })
      expect(value).toBe('output')
    }
  })
})

describe('an invalid key, which may contain the text of a visitor', () => {
  it.each<[string, object, string]>([
    ['is empty', { format: 'raw', key: '' }, 'its key is empty'],
    ['is too long', { format: 'raw', key: 'x'.repeat(1_025) }, 'longer than 1024'],
    ['has control characters', { format: 'raw', key: 'a\nb' }, 'control characters'],
    ['has half a character', { format: 'raw', key: 'a\ud800' }, 'Unicode'],
    ['is listed twice', { ...place, format: 'django' }, 'twice'],
  ])('an export whose key %s fails alone', async (_, invalid, fault) => {
    const exportBytes = vi.fn(async () => 'committed' as const)
    const site = createSite({ store: { ...memoryStore({ name: false }), export: exportBytes } })
    const exportAs = [place, invalid]
    const { value, report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs, renderHtml: html })
    expect(value).toBe('output')
    expect(await report).toMatchObject({ stored: true })
    expect(getFailures(site)).toMatchObject([{ code: 'CC_INVALID_EXPORT' }])
    expect(String(getFailures(site))).toContain(fault)
    expect(exportBytes).toHaveBeenCalledOnce()
  })
})

describe('a store that no other program can read', () => {
  const memory = () => memoryStore({ name: false })
  const stores = {
    'in memory': memory,
    'loaded lazily': () => createLazyStore('memory', async () => memory()),
  }
  it.each(Object.entries(stores))('a fragment is stored although its export fails: %s', async (_, open) => {
    const site = createSite({ store: open() })
    const { value, report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: html })
    expect(value).toBe('output')
    expect(await report).toMatchObject({ stored: true })
    const [error, ...more] = getFailures(site)
    expect(more).toEqual([])
    expect(error).toMatchObject({ code: 'CC_EXPORT_UNSUPPORTED' })
    expect(String(error)).toMatch(/"section".*memory.*CONTENT_CACHE_REDIS_URL/)
  })
})

describe('HTML', () => {
  it('an export in a format without an encoder fails', async () => {
    const exportingStore = {
      ...memoryStore({ name: false }),
      export: vi.fn(async () => 'committed' as const),
    }
    const site = createSite({ store: exportingStore })
    Object.assign(site.engine, { exportEncoders: {} })
    const { report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: html })
    expect(await report).toMatchObject({ stored: true })
    expect(exportingStore.export).not.toHaveBeenCalled()
    expect(getFailures(site)).toEqual([expect.objectContaining({ code: 'CC_INVALID_EXPORT' })])
  })

  it('no HTML is rendered without `exportAs`, on a hit, or without a commit', async () => {
    const spy = vi.fn(html)
    const exportingStore = {
      ...memoryStore({ name: false }),
      export: vi.fn(async () => 'committed' as const),
    }
    const site = createSite({ store: exportingStore })
    const show = async (options: object) =>
      (await site.request().serve('section', () => ['output'], { renderHtml: spy, ...options })).report
    await show({})
    await show({ exportAs: place })
    const onScope = (scope: { markUncacheable(reason: 'error'): void }) => scope.markUncacheable('error')
    expect(await show({ exportAs: place, vary: [1], onScope })).toMatchObject({ stored: false })
    const overtaken = createSite({ store: { ...exportingStore, commit: async () => 'fenced' as const } })
    const options = { exportAs: place, html: spy, vary: [2] }
    const { report } = await overtaken.request().serve('section', () => ['output'], options)
    expect(await report).toMatchObject({ stored: false })
    expect(spy).not.toHaveBeenCalled()
    expect(exportingStore.export).not.toHaveBeenCalled()
  })

  it('a visitor does not wait for the exported HTML', async () => {
    const never = () => new Promise<string>(() => {})
    const exportingStore = { ...memoryStore({ name: false }), export: async () => 'committed' as const }
    const site = createSite({ store: exportingStore })
    const { value } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: never })
    expect(value).toBe('output')
  })

  it('a fill ends although its HTML is never rendered', async () => {
    const never = () => new Promise<string>(() => {})
    const exportingStore = { ...memoryStore({ name: false }), export: async () => 'committed' as const }
    const site = createSite({ store: exportingStore, fillTimeout: 20 })
    const { report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: never })
    expect(await report).toMatchObject({ stored: true })
    expect(getFailures(site)).toMatchObject([{ code: 'CC_FILL_TIMEOUT' }])
  })

  it('a fill ends although the store never answers to its export', async () => {
    const exportingStore = { ...memoryStore({ name: false }), export: () => new Promise<never>(() => {}) }
    const site = createSite({ store: exportingStore, storeTimeout: 20 })
    const { report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: html })
    expect(await report).toMatchObject({ stored: true })
    expect(getFailures(site)).toMatchObject([{ code: 'CC_STORE_TIMEOUT' }])
  })
})

function getFailures(site: FakeSite): unknown[] {
  return site.events.flatMap((event) => (event.type === 'export-failed' ? [event.error] : []))
}
