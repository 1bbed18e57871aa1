import { expect, it, vi } from 'vitest'
import type { PrerenderPassCache } from '../../../lib/core/serve/prerenderPasses.ts'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'

function showIn(site: FakeSite, passCache: PrerenderPassCache, render: () => string, options: object = {}) {
  const page = site.request()
  return page.serve(
    'outer',
    async function* () {
      yield page.fragment(
        'inner',
        function* () {
          register('story:1')
          yield render()
        },
        { passCache, ...options },
      )
    },
    { passCache, ttl: 10 },
  )
}

it('a second pass repeats the output of the first, and renders nothing', async () => {
  const site = createSite()
  const passCache: PrerenderPassCache = new Map()
  const first = await showIn(site, passCache, () => 'first')
  const firstReport = await first.report
  await site.expire('story:1')
  const lookup = vi.spyOn(site.store, 'lookup')
  const second = await showIn(site, passCache, () => 'second')
  expect(second.value).toBe('first')
  expect(await second.report).toEqual(firstReport)
  expect([...(await second.metadata).dependencies]).toEqual(['story:1'])
  expect((await second.metadata).staleAt).toBe((await first.metadata).staleAt)
  expect(second.now).toBe(first.now)
  expect(lookup).not.toHaveBeenCalled()
})

it('a second pass repeats the hits of the first', async () => {
  const site = createSite()
  await (await showIn(site, new Map(), () => 'stored')).report
  const passCache: PrerenderPassCache = new Map()
  expect(await (await showIn(site, passCache, () => 'new')).report).toMatchObject({ outcome: 'hit' })
  await site.expire('story:1')
  expect((await showIn(site, passCache, () => 'new')).value).toBe('stored')
})

it('a parent that a second pass renders has the metadata of the repeated child', async () => {
  const site = createSite()
  const passCache: PrerenderPassCache = new Map()
  const markUncacheable = {
    onScope: (scope: { markUncacheable(reason: 'dynamic'): void }) => scope.markUncacheable('dynamic'),
  }
  await (await showIn(site, passCache, () => 'first', markUncacheable)).report
  passCache.delete('"outer"@"1"')
  const { value, report } = await showIn(site, passCache, () => 'second')
  expect(value).toBe('first')
  expect(await report).toMatchObject({ dependencies: ['story:1'], stored: false, reason: 'nested' })
})

it('another page does not repeat the output of a pass', async () => {
  const site = createSite()
  await (await showIn(site, new Map(), () => 'first')).report
  await site.expire('story:1')
  expect((await showIn(site, new Map(), () => 'second')).value).toBe('second')
})
