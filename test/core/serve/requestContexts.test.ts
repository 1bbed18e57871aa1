import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it, vi } from 'vitest'
import { whenReady } from '../../../lib/core/awaitable.ts'
import { createCallBatcher } from '../../../lib/core/callBatcher.ts'
import { createEngine } from '../../../lib/core/createEngine.ts'
import { getCurrentScope } from '../../../lib/core/dependencyScope.ts'
import { createFragmentRequest } from '../../../lib/core/fragmentRequest.ts'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { snapshotContext } from '../../../lib/core/runDetached.ts'
import { serveFragment } from '../../../lib/core/serve/serveFragment.ts'
import { createResolved } from '../../../lib/core/settable.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { fakeClock } from '../../support/fakeClock.ts'
import { createSite, register } from '../../support/fakeSite.ts'

const visitors = new AsyncLocalStorage<string>()

/** Creates a site whose store replies to the lookups, leases and commits of several requests at once. */
function createBatchingSite() {
  const clock = fakeClock()
  const store = memoryStore({ name: false, now: clock.now })
  return createSite({
    clock,
    store: { ...store, isLocal: false, lookup: async (requests) => store.lookup(requests) },
  })
}

it('fragments that share a lookup are rendered in the contexts of their requests', async () => {
  const site = createBatchingSite()
  const shown = await Promise.all(
    ['ann', 'bob', 'eve'].map((visitor) =>
      visitors.run(visitor, () => {
        const page = site.request()
        return page.fragment(`page of ${visitor}`, async function* () {
          register(visitor)
          yield `${visitors.getStore()} `
          yield await page.fragment(`list of ${visitor}`, async function* () {
            yield String(visitors.getStore())
            await null
            yield ` ${visitors.getStore()}`
          })
          yield ` ${visitors.getStore()}`
        })
      }),
    ),
  )
  expect(shown).toEqual(['ann ann ann ann', 'bob bob bob bob', 'eve eve eve eve'])
})

it('a fragment that joins the fill of another request goes on in its own context', async () => {
  const site = createBatchingSite()
  const shown = await Promise.all(
    ['ann', 'bob'].map((visitor) =>
      visitors.run(visitor, async () => {
        const page = site.request()
        const list = await page.fragment('list', () => ['list'])
        return `${list} ${visitors.getStore()}`
      }),
    ),
  )
  expect(shown).toEqual(['list ann', 'list bob'])
})

/** Creates a store whose leases are granted in one call for all requests of a turn. */
function createLeasingStore(isDenied: (key: string) => boolean = () => false): FragmentStore {
  const memory = memoryStore({ name: false })
  const lease = createCallBatcher<string, string | undefined>({
    run: async (keys) => keys.map((key) => (isDenied(key) ? undefined : 'lease')),
  })
  return {
    ...memory,
    isLocal: false,
    lookup: async (requests) => memory.lookup(requests.map(({ leaseMs: _, ...request }) => request)),
    lease,
    release: () => {},
    waitForRelease: async () => {},
  }
}

it('a fragment whose lease is denied is rendered in the context of its own request', async () => {
  const site = createSite({ store: createLeasingStore((key) => key.includes('eve')) })
  const shown = await Promise.all(
    ['ann', 'bob', 'eve'].map((visitor) =>
      visitors.run(visitor, () =>
        site.request().fragment(`page of ${visitor}`, async function* () {
          yield String(visitors.getStore())
        }),
      ),
    ),
  )
  expect(shown).toEqual(['ann', 'bob', 'eve'])
})

it('a nested fragment that joins a fill comes in the context around it', async () => {
  const engine = createEngine(createLeasingStore())
  const seen: unknown[] = []
  const complete = createResolved<void>(undefined)
  const serve = (name: string, onRender = () => {}) =>
    serveFragment<string>(
      engine,
      createFragmentRequest({ name, version: '1' }),
      { dataReadSince: 0, now: () => performance.now(), storedByHost: false },
      {
        prefersStored: false,
        runInRequest: snapshotContext(),
        decode: () => 'decoded',
        render() {
          onRender()
          return { read: () => 'live', complete, encode: async () => ({ payload: new Uint8Array(3) }) }
        },
      },
    )
  const serveOuter = (name: string) =>
    serve(name, () => {
      whenReady(serve('shared'), () => void seen.push([name, getCurrentScope()?.name]))
    })
  await Promise.all([serveOuter('first'), serveOuter('second')])
  await vi.waitFor(() =>
    expect(seen).toEqual([
      ['first', 'first'],
      ['second', 'second'],
    ]),
  )
})
