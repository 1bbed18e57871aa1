import { expect, it } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { createRebuildSignature, REBUILD_HEADER } from '../../lib/core/rebuildSignature.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { createPageCacheHandler } from '../../lib/next/handlers/createPageCacheHandler.ts'
import { getPageRoute } from '../../lib/next/handlers/getPageRoute.ts'
import { createHandlerRuntime } from '../../lib/next/handlers/handlerRuntime.ts'

// The request of a worker for a page that was refreshed.

const SECRET = 'a secret of the tests'
process.env.CONTENT_CACHE_REBUILD_SECRET = SECRET

const PAGE = {
  kind: 'APP_PAGE' as const,
  html: '<p>first</p>',
  rscData: Buffer.from('flight'),
  headers: { 'x-next-cache-tags': 'films' },
  postponed: undefined,
  status: 200,
  segmentData: undefined,
}
const CONTEXT = { kind: 'APP_PAGE' as const }

/** Creates one process of a site. Each call of the result is a request, with the header of a worker or without. */
function createProcess(store: FragmentStore) {
  const runtime = createHandlerRuntime({ store, fragmentStore: store, namespace: 'cc' })
  const Handler = createPageCacheHandler(
    () => runtime,
    () => 'b7',
  )
  return (isRebuild = false) =>
    new Handler({
      ...(isRebuild && {
        _requestHeaders: { [REBUILD_HEADER]: createRebuildSignature(SECRET, Date.now()) },
      }),
    })
}

/** A store that is shared by several processes. */
function createSharedStore(): FragmentStore {
  return Object.assign(memoryStore(), { isLocal: false })
}

async function storePage(store: FragmentStore): Promise<void> {
  const request = createProcess(store)()
  await request.get('/films/1', CONTEXT)
  await request.set('/films/1', PAGE, { cacheControl: { revalidate: false, expire: undefined } })
}

it('a worker gets no refreshed page, also where a local copy is behind', async () => {
  const store = createSharedStore()
  await storePage(store)
  const [lookup] = await store.lookup([{ key: '"next/page"@"next b7"["/films/1"]', ageMs: 0, shared: true }])
  expect(lookup?.entry).toBeDefined()
  await store.refresh(['next/tag:films'])
  // The process has not read the refresh from the log yet.
  const behind = Object.assign(Object.create(store) as FragmentStore, {
    lookupSync: () => ({ entry: lookup?.entry, now: lookup?.now, isLocalCopy: true }),
  })
  const request = createProcess(behind)
  expect(await request().get('/films/1', CONTEXT)).toMatchObject({ value: { html: PAGE.html } })
  expect(await request(true).get('/films/1', CONTEXT)).toBeNull()
})

it('a reader is served the old page while a worker has another process render it', async () => {
  const store = createSharedStore()
  await storePage(store)
  await store.refresh(['next/tag:films'])
  const [a, b] = [createProcess(store), createProcess(store)]
  const rebuild = a(true)
  expect(await rebuild.get('/films/1', CONTEXT)).toBeNull()
  // A page with the tag of a stale one would be rendered by the process that reads it.
  expect(await b().get('/films/1', CONTEXT)).toMatchObject({
    value: { html: PAGE.html, headers: { 'x-next-cache-tags': 'films' } },
  })
  await rebuild.set(
    '/films/1',
    { ...PAGE, html: '<p>second</p>' },
    { cacheControl: { revalidate: false, expire: undefined } },
  )
  expect(await b().get('/films/1', CONTEXT)).toMatchObject({ value: { html: '<p>second</p>' } })
})

it.each([
  ['/index', '/'],
  ['/films/1', '/films/1'],
  ['/route-cache/APP_PAGE/e9cb/$/films/1', '/films/1'],
  ['/films/[id]', undefined],
  ['/_not-found', undefined],
  ['/route-cache/APP_PAGE/e9cb/$/_global-error', undefined],
  [`/${'x'.repeat(1_000)}`, undefined],
])('the page with the key %s is rebuilt by a request for %s', (key, route) => {
  expect(getPageRoute(key)).toBe(route)
})
