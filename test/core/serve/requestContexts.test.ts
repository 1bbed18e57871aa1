import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it } from 'vitest'
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
