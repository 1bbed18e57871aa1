import type { FragmentRef } from '../../core/events.ts'
import type { Entry } from '../../core/fragmentStore.ts'
import { getNextTime } from '../internals/getNextTime.ts'
import { getPathOfRouteKey } from '../internals/getPathOfRouteKey.ts'
import type { NextPageValue } from '../internals/nextPageValue.ts'
import { markStaleTag, STALE_TAG } from '../internals/staleTag.ts'
import { dateOutput } from './dateOutput.ts'
import { getPageRoute } from './getPageRoute.ts'
import { createEntryRef } from './handlerRuntime.ts'
import type { GetContext, HandlerValue, PageHandlerScope, SetContext } from './pageCacheHandler.ts'
import { type EntryRead, readEntry } from './readEntry.ts'
import { readFromDisk } from './readFromDisk.ts'
import { readShell } from './readShell.ts'
import { reportRead } from './reportRead.ts'
import {
  decodePage,
  encodePage,
  getExpiringTags,
  type StoredPage,
  TAGS_HEADER,
  withOwnData,
} from './storedPage.ts'
import { storeEntry } from './storeEntry.ts'
import { toObjects } from './toObjects.ts'

type PageContext = Extract<GetContext, { kind: 'APP_PAGE' | 'APP_ROUTE' | 'PAGES' }>

/** Reads a page. While another process renders it, waits within bounds. */
export async function readPage(
  scope: PageHandlerScope,
  key: string,
  context: PageContext,
): Promise<HandlerValue | null> {
  const { runtime, build } = scope
  const ref = createEntryRef('next/page', key, build)
  const startedAt = performance.now()
  const { pageLeases } = runtime
  pageLeases.begin(ref.key)
  const isRebuild = scope.isRebuild()
  const read = await readOrSeed(scope, ref, isRebuild)
  const { entry } = read ?? {}
  const page = entry && (await decode(scope, key, context, entry))
  // A worker waits for a fresh page. A redirect that Next renders after its answer would keep the old location.
  const mustRender = read?.isStale === true && (isRebuild || isRedirect(page))
  if (read?.token !== undefined) {
    const { token, now, isMarkedStale } = read
    scope.reads.note(key, { token, startedAt, now, isMarkedStale })
  }
  // Next reads shells also as ordinary pages.
  if (page === undefined && getPathOfRouteKey(key) === undefined) {
    const shell = await readShell(scope, key, context, read)
    if (shell !== undefined) return toHandlerValue(shell, false)
  }
  if (read === undefined || entry === undefined || page === undefined || mustRender) {
    // Then readers get the old page, and render none.
    if (mustRender) await pageLeases.acquire(ref.key, read.requiredToken)
    else pageLeases.noteMiss(ref.key, read?.lease)
    const reason = mustRender ? (read.isMarkedStale ? 'refreshed' : 'ttl') : entry ? 'unreadable' : 'absent'
    runtime.engine.events.emit({ type: 'miss', fragment: ref, reason })
    return null
  }
  pageLeases.noteStored(ref.key)
  reportRead(runtime, ref, read, entry)
  // While another process renders the page, this one serves the old one and renders none.
  const isRenderedHere = read.isStale && (await pageLeases.acquire(ref.key, read.requiredToken))
  return toHandlerValue(page, isRenderedHere)
}

/** Stores a page, unless it shows anything that was expired since its render began. */
export async function writePage(
  scope: PageHandlerScope,
  key: string,
  value: NextPageValue | null,
  { cacheControl }: Extract<SetContext, { fetchCache?: false }>,
): Promise<void> {
  const { runtime, build } = scope
  const ref = createEntryRef('next/page', key, build)
  const path = getPathOfRouteKey(key)
  const { isMarkedStale } = scope.reads.get(key) ?? {}
  const { read } = await dateOutput(scope, ref, key)
  let isStored = false
  try {
    // When a render fails, Next writes the old page again. A refreshed page keeps its mark, and the end of its lifetime.
    if (isMarkedStale && getExpiringTags(value, path).includes(STALE_TAG)) return
    const payload = await encodePage(withOwnData(value), cacheControl)
    const dependencies = toObjects(getExpiringTags(value, path).filter((tag) => tag !== STALE_TAG))
    const token = read && runtime.refusedFills.limitToken(read.token, dependencies, read.startedAt)
    if (read === undefined || token === undefined || payload === undefined) return
    const { revalidate = false, expire } = cacheControl ?? {}
    const result = await storeEntry(
      runtime,
      value?.kind === 'APP_ROUTE' ? { ...ref, name: 'next/route' } : ref,
      {
        createdAt: read.now,
        staleAt: revalidate === false ? Infinity : read.now + revalidate * 1000,
        discardAt: expire === undefined ? Infinity : read.now + expire * 1000,
        dependencies,
        route: getPageRoute(key),
        payload,
        startedAt: read.startedAt,
      },
      token,
    )
    isStored = result === 'committed'
  } finally {
    runtime.pageLeases.end(ref.key, isStored)
  }
}

/**
 * Reads the page. The first miss of the process takes the pages of the build into the store.
 *
 * @param shared reads the shared store, because a local copy may not have followed the refresh of a rebuild yet
 */
async function readOrSeed(
  scope: PageHandlerScope,
  ref: FragmentRef,
  shared: boolean,
): Promise<EntryRead | undefined> {
  if (scope.hasSeeded()) return readOrWait(scope, ref, shared)
  const read = await readEntry(scope.runtime, ref, { shared })
  if (read === undefined || read.entry !== undefined) return read
  await scope.seed()
  return readOrWait(scope, ref, shared)
}

/** Reads the page. While another process renders it, waits, and reads again. */
async function readOrWait(
  { runtime }: PageHandlerScope,
  ref: FragmentRef,
  shared: boolean,
): Promise<EntryRead | undefined> {
  const { pageLeases } = runtime
  const leaseMs = pageLeases.getRequestMs(ref.key)
  const read = await readEntry(runtime, ref, { shared, ...(leaseMs !== undefined && { leaseMs }) })
  if (read === undefined || read.entry !== undefined || read.lease?.isGranted) return read
  return (await pageLeases.waitForOthers(ref.key)) ? readEntry(runtime, ref, { shared: true }) : read
}

function toHandlerValue({ value, cacheControl }: StoredPage, isStale: boolean): HandlerValue {
  const now = getNextTime()
  const control = cacheControl && { cacheControl }
  if (!isStale) return { lastModified: now, value, ...control }
  if (value !== null && (value.kind === 'APP_PAGE' || value.kind === 'APP_ROUTE')) {
    markStaleTag()
    const tags = [value.headers?.[TAGS_HEADER], STALE_TAG].filter(Boolean).join(',')
    return {
      lastModified: now,
      value: { ...value, headers: { ...value.headers, [TAGS_HEADER]: tags } },
      ...control,
    }
  }
  // Next takes other kinds for stale by their age alone.
  const revalidate = cacheControl?.revalidate
  return { lastModified: revalidate ? now - (revalidate + 1) * 1000 : now, value, ...control }
}

async function decode(
  { runtime, buildOutput }: PageHandlerScope,
  key: string,
  context: PageContext,
  { payload, dependencies }: Entry,
): Promise<StoredPage | undefined> {
  const { derived } = runtime.engine.store
  const known = derived?.get(payload) as StoredPage | undefined
  if (known !== undefined) return known
  const decoded = decodePage(payload, dependencies, runtime.namespace)
  const page = decoded?.isOnDisk ? await readFromDisk(buildOutput, key, context) : decoded
  if (page !== undefined) derived?.set(payload, page, page.bytes)
  return page
}

function isRedirect(page: StoredPage | undefined): boolean {
  return page?.value?.kind === 'APP_PAGE' && page.value.headers?.location !== undefined
}
