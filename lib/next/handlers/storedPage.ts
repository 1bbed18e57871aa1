import { dropForeignData } from '../internals/dropForeignData.ts'
import type { NextCacheControl, NextHeaders, NextPageValue } from '../internals/nextPageValue.ts'
import { decodeParts, encodeParts } from './payloadParts.ts'
import { toFiniteSeconds } from './toFiniteSeconds.ts'
import { PATH_TAG, toTags } from './toObjects.ts'

/** What a payload has beside the bytes of the page. */
interface PageMetadata {
  readonly kind: NextPageValue['kind'] | 'NOT_FOUND'
  readonly headers?: NextHeaders | undefined
  readonly status?: number | undefined
  readonly hasRscData?: boolean
  readonly hasPostponed?: boolean
  readonly segments?: readonly string[] | undefined
  readonly cacheControl?: NextCacheControl | undefined
  /** The page is in the output of the build, which each instance has on its disk. */
  readonly isOnDisk?: boolean
}

/** The content of an entry. */
export interface StoredPage {
  readonly value: NextPageValue | null
  readonly cacheControl: NextCacheControl | undefined
  /** Whether the value is the one in the output of the build. */
  readonly isOnDisk: boolean
  /** Estimated bytes in memory. */
  readonly bytes: number
}

/** The header in which Next passes the tags of a page. */
export const TAGS_HEADER = 'x-next-cache-tags'

/** Bytes of a decoded page besides its content. */
const PAGE_OVERHEAD = 2048

/** The tags of a page. */
export function getPageTags(value: NextPageValue | null): string[] {
  const headers = value !== null && 'headers' in value ? value.headers : undefined
  const header = headers?.[TAGS_HEADER]
  return typeof header === 'string' ? header.split(',') : []
}

/**
 * The tags of what expires a page.
 *
 * @param path of the page. The Pages Router gives its pages no tags, not even for `revalidatePath`
 */
export function getExpiringTags(value: NextPageValue | null, path: string | undefined): string[] {
  const isOfAppRouter = value?.kind === 'APP_PAGE' || value?.kind === 'APP_ROUTE'
  const tags = getPageTags(value)
  return isOfAppRouter || path === undefined ? tags : [...tags, PATH_TAG + path]
}

/** The page without data in its postponed state that its tags do not name. */
export function withOwnData(value: NextPageValue | null): NextPageValue | null {
  if (value?.kind !== 'APP_PAGE' || value.postponed === undefined) return value
  return { ...value, postponed: dropForeignData(value.postponed, getPageTags(value)) }
}

/** @returns nothing for a kind of page that this version does not know */
export function encodePage(
  value: NextPageValue | null,
  cacheControl: NextCacheControl | undefined,
): Promise<Uint8Array> | undefined {
  const encode = (metadata: Omit<PageMetadata, 'cacheControl'>, parts: readonly Buffer[]) =>
    encodeParts<PageMetadata>({ metadata: { ...metadata, cacheControl: toStorable(cacheControl) }, parts })
  if (value === null) return encode({ kind: 'NOT_FOUND' }, [])
  switch (value.kind) {
    case 'APP_PAGE': {
      const { kind, html, rscData, postponed, status, segmentData } = value
      const hasRscData = rscData !== undefined
      const hasPostponed = postponed !== undefined
      const metadata = {
        kind,
        headers: withoutTags(value.headers),
        status,
        hasRscData,
        hasPostponed,
        segments: segmentData && [...segmentData.keys()],
      }
      const parts = [Buffer.from(html), rscData ?? EMPTY, Buffer.from(postponed ?? '')]
      return encode(metadata, [...parts, ...(segmentData?.values() ?? [])].map(toBuffer))
    }
    case 'APP_ROUTE': {
      const { kind, body, status } = value
      return encode({ kind, headers: withoutTags(value.headers), status }, [toBuffer(body)])
    }
    case 'PAGES': {
      const { kind, html, pageData, status } = value
      const parts = [Buffer.from(html), Buffer.from(JSON.stringify(pageData))]
      return encode({ kind, headers: withoutTags(value.headers), status }, parts)
    }
    case 'REDIRECT':
      return encode({ kind: value.kind }, [Buffer.from(JSON.stringify(value.props))])
    default:
      return undefined
  }
}

function toStorable(cacheControl: NextCacheControl | undefined): NextCacheControl | undefined {
  if (cacheControl?.expire === undefined) return cacheControl
  return { ...cacheControl, expire: toFiniteSeconds(cacheControl.expire) }
}

/** Encodes the place of a page that is in the output of the build. */
export function encodePageOnDisk(): Promise<Uint8Array> {
  return encodeParts<PageMetadata>({ metadata: { kind: 'NOT_FOUND', isOnDisk: true }, parts: [] })
}

/** @returns nothing for a payload of another format */
export function decodePage(
  payload: Uint8Array,
  dependencies: readonly string[],
  namespace: string,
): StoredPage | undefined {
  return decodeParts<PageMetadata, StoredPage>(payload, ({ metadata, parts }) => {
    const { cacheControl, isOnDisk = false } = metadata
    const value = toValue(metadata, parts, toTags(dependencies, namespace).join(','))
    return value === undefined ? undefined : { value, cacheControl, isOnDisk, bytes: estimatePageSize(value) }
  })
}

/** Estimates the bytes that a page takes in memory. */
export function estimatePageSize(value: NextPageValue | null): number {
  if (value === null) return PAGE_OVERHEAD
  switch (value.kind) {
    case 'APP_PAGE': {
      const { html, postponed = '', rscData, segmentData } = value
      const segments = [...(segmentData?.values() ?? [])].reduce((sum, { byteLength }) => sum + byteLength, 0)
      return PAGE_OVERHEAD + html.length + postponed.length + (rscData?.byteLength ?? 0) + segments
    }
    case 'APP_ROUTE':
      return PAGE_OVERHEAD + value.body.byteLength
    case 'PAGES':
      return PAGE_OVERHEAD + 3 * value.html.length
    default:
      return PAGE_OVERHEAD
  }
}

const EMPTY = Buffer.alloc(0)

function toValue(
  { kind, headers, status, hasRscData, hasPostponed, segments }: PageMetadata,
  [first = EMPTY, second = EMPTY, third = EMPTY, ...rest]: readonly Buffer[],
  tags: string,
): NextPageValue | null | undefined {
  const allHeaders = tags === '' ? headers : { ...headers, [TAGS_HEADER]: tags }
  switch (kind) {
    case 'NOT_FOUND':
      return null
    case 'APP_PAGE':
      return {
        kind,
        html: first.toString(),
        rscData: hasRscData ? second : undefined,
        headers: allHeaders,
        postponed: hasPostponed ? third.toString() : undefined,
        status,
        segmentData: segments && new Map(segments.map((name, index) => [name, rest[index] ?? EMPTY])),
      }
    case 'APP_ROUTE':
      return { kind, body: first, headers: allHeaders ?? {}, status: status ?? 200 }
    case 'PAGES':
      return {
        kind,
        html: first.toString(),
        pageData: JSON.parse(second.toString()) as object,
        headers: allHeaders,
        status,
      }
    case 'REDIRECT':
      return { kind, props: JSON.parse(first.toString()) as object }
    default:
      return undefined
  }
}

/** The tags are the dependencies of the entry. */
function withoutTags(headers: NextHeaders | undefined): NextHeaders | undefined {
  if (headers === undefined || !(TAGS_HEADER in headers)) return headers
  const { [TAGS_HEADER]: _tags, ...others } = headers
  return others
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
