import 'next/dist/server/node-environment-baseline.js'
import { deflateSync } from 'node:zlib'
import { vi } from 'vitest'
import type { CacheEvent } from '../../lib/core/events.ts'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { createPageCacheHandler } from '../../lib/next/handlers/createPageCacheHandler.ts'
import {
  createUseCacheHandler,
  type UseCacheEntry,
  type UseCacheHandler,
} from '../../lib/next/handlers/createUseCacheHandler.ts'
import { createHandlerRuntime, type HandlerRuntime } from '../../lib/next/handlers/handlerRuntime.ts'
import type {
  GetContext,
  HandlerValue,
  PageCacheHandler,
  PageHandlerContext,
} from '../../lib/next/handlers/pageCacheHandler.ts'
import type { NextDataValue } from '../../lib/next/handlers/storedData.ts'
import type { TagDurations } from '../../lib/next/handlers/tagInvalidator.ts'
import type { NextCacheControl, NextPageValue } from '../../lib/next/internals/nextPageValue.ts'
import { workUnitAsyncStorage } from '../../lib/next/internals/workAsyncStorage.ts'
import { load } from './nextInternals.ts'
import { readByteStream } from './readByteStream.ts'

type PageKind = Extract<GetContext, { kind: 'APP_PAGE' | 'APP_ROUTE' | 'PAGES' }>['kind']

/** Next's cache of pages and data for one request, around a handler. */
export interface NextRequestCache {
  get(key: string, context: object): Promise<NextCacheEntry | null>
  set(key: string, value: NextPageValue | NextDataValue | null, context: object): Promise<void>
  revalidateTag(tags: string | string[], durations?: TagDurations): Promise<void>
}

interface NextCacheEntry {
  /** -1 for an expired page, which Next replaces before it answers. */
  readonly isStale: boolean | -1 | undefined
  readonly value: NextPageValue | NextDataValue | null
  readonly cacheControl?: NextCacheControl
}

/** One process with both cache handlers. */
export interface HandlerSite {
  readonly store: FragmentStore
  readonly runtime: HandlerRuntime
  readonly events: readonly CacheEvent[]
  readonly useCache: UseCacheHandler
  /** The handler of a new request. */
  createHandler(context?: PageHandlerContext): PageCacheHandler
  /** Next's own cache of a new request. */
  openRequest(context?: RequestOptions): NextRequestCache
}

export interface RequestOptions extends PageHandlerContext {
  readonly headers?: Readonly<Record<string, string>>
  readonly prerenderManifest?: object
}

export interface HandlerSiteOptions {
  readonly store?: FragmentStore
  readonly build?: string
  /** Replaces the settings of the site. */
  readonly getRuntime?: () => HandlerRuntime
}

/**
 * Stops the clock of the process, and its timers. `advance` moves both. Call it before each test, and
 * `vi.useRealTimers()` after it.
 */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
}

export function advance(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds)
}

/** A store with another clock than the process, which runs at the same speed. */
export function createStore(): FragmentStore {
  return memoryStore({ name: false, now: () => performance.now() + 7_200_000 })
}

export function createHandlerSite({
  store = createStore(),
  build = 'build',
  getRuntime,
}: HandlerSiteOptions = {}): HandlerSite {
  const runtime = createHandlerRuntime({ store, fragmentStore: store, namespace: 'site' })
  const events: CacheEvent[] = []
  runtime.engine.events.on((event) => events.push(event))
  const getBuild = () => build
  const PageHandler = createPageCacheHandler(getRuntime ?? (() => runtime), getBuild)
  return {
    store,
    runtime,
    events,
    useCache: createUseCacheHandler(getRuntime ?? (() => runtime), getBuild),
    createHandler: (context = {}) => new PageHandler(context),
    openRequest({ headers = {}, prerenderManifest, ...context } = {}) {
      const { IncrementalCache } = load('server/lib/incremental-cache/index.js')
      return new IncrementalCache({
        ...context,
        dev: false,
        flushToDisk: true,
        minimalMode: false,
        requestHeaders: headers,
        maxMemoryCacheSize: 0,
        previewProps: { previewModeId: 'preview' },
        prerenderManifest: { routes: {}, dynamicRoutes: {}, notFoundRoutes: [], ...prerenderManifest },
        CurCacheHandler: PageHandler,
      })
    },
  }
}

/** Runs `task` where Next fills a `'use cache'` function. */
export function runInFill<T>(task: () => T): T {
  return workUnitAsyncStorage.run({ type: 'cache' } as never, task)
}

/** What Next passes with the reads and writes of one page. */
export function pageContext(kind: PageKind, page = '/page'): { kind: PageKind; route: object } {
  return { kind, route: { kind, sourceRoute: page } }
}

export function appPage(html: string, tags: readonly string[] = [], fields: object = {}): NextPageValue {
  return {
    kind: 'APP_PAGE',
    html,
    rscData: Buffer.from(`rsc of ${html}`),
    headers: tags.length === 0 ? {} : { 'x-next-cache-tags': tags.join(',') },
    postponed: undefined,
    status: 200,
    segmentData: undefined,
    ...fields,
  }
}

/** The state of a page that waits for its dynamic parts, with data for them. */
export function postponedState(...data: readonly (readonly string[])[]): string {
  const cache = Object.fromEntries(data.map((tags, index) => [index, { entry: { tags } }]))
  return `2:[]${deflateSync(JSON.stringify({ store: { cache } })).toString('base64')}`
}

export function dataValue(body: string, tags: string[] = [], revalidate = 60): NextDataValue {
  const data = { headers: { 'content-type': 'text/plain' }, body, url: 'https://data.test/', status: 200 }
  return { kind: 'FETCH', data, tags, revalidate }
}

export type FillFields = Partial<Omit<UseCacheEntry, 'value'>>

/** A result of a `'use cache'` function whose fill begins now. */
export function fillOf(text: string | ReadableStream<Uint8Array>, fields: FillFields = {}): UseCacheEntry {
  return {
    value: typeof text === 'string' ? new Blob([text]).stream() : text,
    tags: [],
    stale: 30,
    timestamp: performance.timeOrigin + performance.now(),
    expire: 3600,
    revalidate: 60,
    ...fields,
  }
}

export async function readText(entry: UseCacheEntry | undefined): Promise<string | undefined> {
  return entry && Buffer.from(await readByteStream(entry.value)).toString()
}

/** Resolves with the result of the next write. */
export function waitForCommit({ runtime }: HandlerSite): Promise<string> {
  return new Promise((resolve) => {
    const end = runtime.engine.events.on((event) => {
      if (event.type !== 'commit' || event.fragment.name === 'next/build') return
      end()
      resolve(event.result)
    })
  })
}

type CommitEvent = Extract<CacheEvent, { type: 'commit' }>

/** The writes of pages, data and results, without the mark that the pages of a build were taken over. */
export function listCommits({ events }: HandlerSite): CommitEvent[] {
  return events
    .filter((event) => event.type === 'commit')
    .filter(({ fragment }) => fragment.name !== 'next/build')
}

export function getCommits(site: HandlerSite): string[] {
  return listCommits(site).map(({ result }) => result)
}

export function getHtml(entry: Pick<HandlerValue, 'value'> | null): string | undefined {
  const value = entry?.value
  return value && 'html' in value ? value.html : undefined
}

/** A store without copies in the process, some of whose operations are replaced. */
export function createFailingStore(fault: Partial<FragmentStore>, store = createStore()): FragmentStore {
  const { lookupSync: _, ...shared } = store
  return { ...shared, ...fault }
}
