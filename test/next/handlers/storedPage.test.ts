import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeParts } from '../../../lib/next/handlers/payloadParts.ts'
import {
  decodePage,
  encodePage,
  encodePageOnDisk,
  estimatePageSize,
  getExpiringTags,
  getPageTags,
} from '../../../lib/next/handlers/storedPage.ts'
import { toObjects } from '../../../lib/next/handlers/toObjects.ts'
import type {
  NextCacheControl,
  NextHeaders,
  NextPageValue,
} from '../../../lib/next/internals/nextPageValue.ts'
import { toDataTag } from '../../../lib/next/toDataTag.ts'
import { appPage } from '../../support/handlerSite.ts'

const bytes = fc.uint8Array().map((value) => Buffer.from(value))
const text = fc.string({ unit: 'grapheme', maxLength: 2_000 })
const tags = fc.uniqueArray(fc.constantFrom('film:1', '_N_T_/page', 'rcc:abc', toDataTag('film:2', 'site')))
const headers: fc.Arbitrary<NextHeaders> = fc
  .record({
    others: fc.dictionary(fc.constantFrom('content-type', 'location', 'vary'), fc.string()),
    cookies: fc.array(fc.string()),
    tags,
  })
  .map(({ others, cookies, tags }) => ({
    ...others,
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
    ...(tags.length > 0 && { 'x-next-cache-tags': tags.join(',') }),
  }))
const status = fc.constantFrom(200, 404, 307)
const json = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)))

const page: fc.Arbitrary<NextPageValue | null> = fc.oneof(
  fc.record({
    kind: fc.constant('APP_PAGE' as const),
    html: text,
    rscData: fc.option(bytes, { nil: undefined }),
    headers: fc.option(headers, { nil: undefined }),
    postponed: fc.option(fc.constantFrom('', '2:[]null', 'other'), { nil: undefined }),
    status: fc.option(status, { nil: undefined }),
    segmentData: fc.option(
      fc.dictionary(fc.string(), bytes).map((segments) => new Map(Object.entries(segments))),
      { nil: undefined },
    ),
  }),
  fc.record({ kind: fc.constant('APP_ROUTE' as const), body: bytes, headers, status }),
  fc.record({
    kind: fc.constant('PAGES' as const),
    html: text,
    pageData: json,
    headers: fc.option(headers, { nil: undefined }),
    status: fc.option(status, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('REDIRECT' as const), props: json }),
  fc.constant(null),
)
const cacheControl: fc.Arbitrary<NextCacheControl | undefined> = fc.option(
  fc.record({
    revalidate: fc.oneof(fc.constant(false as const), fc.nat()),
    expire: fc.option(fc.nat(), { nil: undefined }),
  }),
  { nil: undefined },
)

async function encode(value: NextPageValue | null, control?: NextCacheControl): Promise<Uint8Array> {
  const payload = await encodePage(value, control)
  if (payload === undefined) throw new Error('The page was not encoded.')
  return payload
}

describe('a page in a payload', () => {
  it('a page of any kind comes back as it was, with its tags and lifetime', async () => {
    await fc.assert(
      fc.asyncProperty(page, cacheControl, async (value, control) => {
        const decoded = decodePage(await encode(value, control), toObjects(getPageTags(value)), 'site')
        expect(decoded?.value).toEqual(value)
        expect(decoded?.cacheControl).toEqual(control)
        expect(decoded?.isOnDisk).toBe(false)
      }),
    )
  })

  it('a page of text is compressed', async () => {
    const html = '<li>a film</li>'.repeat(1_000)
    expect((await encode(appPage(html))).byteLength).toBeLessThan(1_000)
  })

  it('the place of a page on the disk is known', async () => {
    expect(decodePage(await encodePageOnDisk(), [], 'site')).toMatchObject({ isOnDisk: true })
  })

  it('a kind of page that this version does not know is not encoded', () => {
    expect(encodePage({ kind: 'FUTURE' } as never, undefined)).toBeUndefined()
  })

  it.each([
    ['another kind', { kind: 'FUTURE' }, []],
    ['no metadata', null, []],
    ['no props', { kind: 'REDIRECT' }, []],
    ['damaged data', { kind: 'PAGES' }, ['html', '{']],
  ])('a payload with %s is no page', async (_, metadata, parts) => {
    const payload = await encodeParts({ metadata, parts: parts.map((part) => Buffer.from(part)) })
    expect(decodePage(payload, [], 'site')).toBeUndefined()
  })

  it('the size of a page counts all that it holds', () => {
    const kilobytes = (count: number) => 'x'.repeat(count * 1024)
    const segmentData = new Map([['/a', Buffer.from(kilobytes(30))]])
    const value = appPage(kilobytes(10), [], {
      rscData: Buffer.from(kilobytes(20)),
      postponed: kilobytes(40),
      segmentData,
    })
    expect(estimatePageSize(value) / 1024).toBeCloseTo(102)
    expect(
      estimatePageSize({ kind: 'APP_ROUTE', body: Buffer.alloc(10_240), headers: {}, status: 200 }) / 1024,
    ).toBeCloseTo(12)
    expect(estimatePageSize(null)).toBeGreaterThan(0)
  })
})

describe('the tags of a page', () => {
  it('pages of the Pages Router have the tag of their path, and others have their own', () => {
    expect(getExpiringTags(appPage('page', ['_N_T_/page', 'a']), '/path')).toEqual(['_N_T_/page', 'a'])
    expect(getExpiringTags(appPage('page'), '/path')).toEqual([])
    expect(getExpiringTags({ kind: 'REDIRECT', props: {} }, '/path')).toEqual(['_N_T_/path'])
    expect(getExpiringTags(null, '/path')).toEqual(['_N_T_/path'])
    expect(getExpiringTags(null, undefined)).toEqual([])
  })

  it('a page without a header of tags has none', () => {
    expect(getPageTags(appPage('page'))).toEqual([])
    expect(getPageTags(null)).toEqual([])
    expect(getPageTags({ kind: 'REDIRECT', props: {} })).toEqual([])
  })
})
