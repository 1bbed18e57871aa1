import { describe, expect, it, vi } from 'vitest'
import { isContentCacheError } from '../../../lib/core/errors.ts'
import { createLazyStore } from '../../../lib/core/lazyStore.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'

const place = { format: 'raw', key: ':1:section' }
const html = async () => '<p>output</p>'

describe('a bad `exportAs`', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'null is not an object'],
    ['a text', ':1:section', "':1:section' is not an object"],
    ['a list in a list', [[place]], 'is not an object'],
    ['no format', { key: 'a' }, 'its format is undefined'],
    ['an unknown format', { format: 'php', key: 'a' }, "its format is 'php'"],
    ['the name of a property of lists', { format: 'length', key: 'a' }, "its format is 'length'"],
    ['no key', { format: 'raw' }, 'its key is undefined'],
    ['too many', Array.from({ length: 11 }, (_, index) => ({ ...place, key: `${index}` })), 'a list of 11'],
  ])('an error names the fragment of a bad `exportAs`: %s', async (_, exportAs, fault) => {
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

describe('a key that a visitor may have made', () => {
  it.each<[string, object, string]>([
    ['is empty', { format: 'raw', key: '' }, 'its key is empty'],
    ['is too long', { format: 'raw', key: 'x'.repeat(1_025) }, 'longer than 1024'],
    ['has control characters', { format: 'raw', key: 'a\nb' }, 'control characters'],
    ['has half a character', { format: 'raw', key: 'a\ud800' }, 'Unicode'],
    ['is there twice', { ...place, format: 'django' }, 'twice'],
  ])('the export that %s fails alone: the page and other exports do not', async (_, bad, fault) => {
    const written = vi.fn(async () => 'committed' as const)
    const site = createSite({ store: { ...memoryStore({ name: false }), export: written } })
    const exportAs = [place, bad]
    const { value, report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs, renderHtml: html })
    expect(value).toBe('output')
    expect(await report).toMatchObject({ stored: true })
    expect(failures(site)).toMatchObject([{ code: 'CC_INVALID_EXPORT' }])
    expect(String(failures(site))).toContain(fault)
    expect(written).toHaveBeenCalledOnce()
  })
})

describe('a store that no other program can read', () => {
  const memory = () => memoryStore({ name: false })
  const stores = { 'in memory': memory, 'loaded late': () => createLazyStore('memory', async () => memory()) }
  it.each(Object.entries(stores))('a fragment is stored although its export is not: %s', async (_, open) => {
    const site = createSite({ store: open() })
    const { value, report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: html })
    expect(value).toBe('output')
    expect(await report).toMatchObject({ stored: true })
    const [error, ...more] = failures(site)
    expect(more).toEqual([])
    expect(error).toMatchObject({ code: 'CC_EXPORT_UNSUPPORTED' })
    expect(String(error)).toMatch(/"section".*memory.*CONTENT_CACHE_REDIS_URL/)
  })
})

describe('HTML', () => {
  it('HTML of a format that the host does not encode is reported as failed', async () => {
    const exporting = { ...memoryStore({ name: false }), export: vi.fn(async () => 'committed' as const) }
    const site = createSite({ store: exporting })
    Object.assign(site.engine, { exportEncoders: {} })
    const { report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: html })
    expect(await report).toMatchObject({ stored: true })
    expect(exporting.export).not.toHaveBeenCalled()
    expect(failures(site)).toEqual([expect.objectContaining({ code: 'CC_INVALID_EXPORT' })])
  })

  it('HTML is not rendered without `exportAs`, on a hit, or without a commit', async () => {
    const spy = vi.fn(html)
    const exporting = { ...memoryStore({ name: false }), export: vi.fn(async () => 'committed' as const) }
    const site = createSite({ store: exporting })
    const show = async (options: object) =>
      (await site.request().serve('section', () => ['output'], { renderHtml: spy, ...options })).report
    await show({})
    await show({ exportAs: place })
    const onCapture = (scope: { markUncacheable(reason: 'error'): void }) => scope.markUncacheable('error')
    expect(await show({ exportAs: place, vary: [1], onCapture })).toMatchObject({ stored: false })
    const overtaken = createSite({ store: { ...exporting, commit: async () => 'fenced' as const } })
    const options = { exportAs: place, html: spy, vary: [2] }
    const { report } = await overtaken.request().serve('section', () => ['output'], options)
    expect(await report).toMatchObject({ stored: false })
    expect(spy).not.toHaveBeenCalled()
    expect(exporting.export).not.toHaveBeenCalled()
  })

  it('a visitor does not wait for the exported HTML', async () => {
    const never = () => new Promise<string>(() => {})
    const exporting = { ...memoryStore({ name: false }), export: async () => 'committed' as const }
    const site = createSite({ store: exporting })
    const { value } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: never })
    expect(value).toBe('output')
  })

  it('a fill ends although its HTML never comes', async () => {
    const never = () => new Promise<string>(() => {})
    const exporting = { ...memoryStore({ name: false }), export: async () => 'committed' as const }
    const site = createSite({ store: exporting, fillTimeout: 20 })
    const { report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: never })
    expect(await report).toMatchObject({ stored: true })
    expect(failures(site)).toMatchObject([{ code: 'CC_FILL_TIMEOUT' }])
  })

  it('a fill ends although the store never takes its HTML', async () => {
    const exporting = { ...memoryStore({ name: false }), export: () => new Promise<never>(() => {}) }
    const site = createSite({ store: exporting, storeTimeout: 20 })
    const { report } = await site
      .request()
      .serve('section', () => ['output'], { exportAs: place, renderHtml: html })
    expect(await report).toMatchObject({ stored: true })
    expect(failures(site)).toMatchObject([{ code: 'CC_STORE_TIMEOUT' }])
  })
})

function failures(site: FakeSite): unknown[] {
  return site.events.flatMap((event) => (event.type === 'export-failed' ? [event.error] : []))
}
