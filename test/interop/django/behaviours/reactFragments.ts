import { describe, expect, it } from 'vitest'
import { commitEntry, fetchToken, filterStored } from '../../../support/commitEntry.ts'
import { readQueuedRoutes, recordRebuildSteps } from '../../recordRebuildSteps.ts'
import { block, errorOf, type Newsdesk } from '../newsdesk.ts'

/** Changes in Django expire or refresh React fragments, and expiries in React remove caches of Django. */
export function reactFragments(desk: Newsdesk) {
  const { listCaches, render } = desk

  describe('a React fragment', () => {
    const story = 'news/story:1'

    it('a save in Django expires the React fragments of the story, and no others', async () => {
      await commitEntry(desk.store, 'shows', { dependencies: [story] })
      await commitEntry(desk.store, 'sibling', { dependencies: ['news/story:2'] })
      await desk.call('saveStory', { id: 1, headline: 'A' })
      expect(await filterStored(desk.store, ['shows', 'sibling'])).toEqual(['sibling'])
    })

    it('a React fragment stays until the transaction in Django is committed', async () => {
      await commitEntry(desk.store, 'shows', { dependencies: [story] })
      const during = await desk.call('saveStory', { id: 1, headline: 'B', inTransaction: true })
      expect(during).toEqual(['cc:frag:shows'])
      expect(await filterStored(desk.store, ['shows'])).toEqual([])
    })

    it.each(['rollback', 'savepoint'])(
      'a React fragment stays after a rollback (%s), and no message is published',
      async (variant) => {
        await commitEntry(desk.store, 'shows', { dependencies: [story] })
        await desk.call('saveStory', { id: 1, headline: 'C', [variant]: true })
        expect(await filterStored(desk.store, ['shows'])).toEqual(['shows'])
        expect(await desk.client.exists('cc:messages', 'cc:clock')).toBe(0)
      },
    )

    it('a React fragment is gone when its story is deleted, alone or with its author', async () => {
      await desk.call('saveAuthor', { id: 1, name: 'Ann' })
      for (const id of [11, 12]) await desk.call('saveStory', { id, headline: 'A', author: 1 })
      await commitEntry(desk.store, 'a', { dependencies: ['news/story:11'] })
      await commitEntry(desk.store, 'b', { dependencies: ['news/story:12'] })
      await desk.call('deleteStory', { id: 11 })
      expect(await filterStored(desk.store, ['a', 'b'])).toEqual(['b'])
      await desk.call('deleteAuthor', { id: 1 })
      expect(await filterStored(desk.store, ['b'])).toEqual([])
    })

    it('a list of new stories expires when one is added or removed, not on an edit', async () => {
      /** Stores the list if it is not. @returns whether it was stored */
      const restoreList = async () => {
        const [storedKey] = await filterStored(desk.store, ['list'])
        if (storedKey === undefined)
          await commitEntry(desk.store, 'list', { dependencies: ['news/story:new'] })
        return storedKey !== undefined
      }
      await restoreList()
      const save = (status: string) => desk.call('saveStory', { id: 21, headline: 'A', status })
      await save('published')
      expect(await restoreList()).toBe(false)
      await save('published')
      expect(await restoreList()).toBe(true)
      await save('draft')
      expect(await restoreList()).toBe(false)
      await save('published')
      expect(await restoreList()).toBe(false)
      await desk.call('deleteStory', { id: 21 })
      expect(await restoreList()).toBe(false)
    })

    it('a refresh in Django marks React fragments stale and removes Django blocks', async () => {
      await commitEntry(desk.store, 'a', { dependencies: [story] })
      await render(block('a', `{% register_content "${story}" %}`))
      expect(await desk.call('refreshObj', { obj: story })).toBe(2)
      expect(await desk.store.lookup([{ key: 'a', ageMs: 0, shared: true }])).toMatchObject([
        { markedStale: true, entry: {} },
      ])
      expect(await listCaches()).toEqual([])
    })

    it('a model that refreshes on save marks fragments stale, and expires on deletion', async () => {
      await commitEntry(desk.store, 'a', { dependencies: ['news/author:5'] })
      await desk.call('saveAuthor', { id: 5, name: 'Bob' })
      expect(await desk.store.lookup([{ key: 'a', ageMs: 0, shared: true }])).toMatchObject([
        { markedStale: true, entry: {} },
      ])
      await desk.call('deleteAuthor', { id: 5 })
      expect(await filterStored(desk.store, ['a'])).toEqual([])
    })

    it('content_changed expires fragments after a change that sends no signals', async () => {
      await desk.call('saveStories', { ids: [31, 32], headline: 'A' })
      await commitEntry(desk.store, 'a', { dependencies: ['news/story:31'] })
      await commitEntry(desk.store, 'b', { dependencies: ['news/story:new'] })
      await desk.call('updateStories', { headline: 'B', ids: [31, 32] })
      expect(await filterStored(desk.store, ['a', 'b'])).toEqual([])
    })

    it('a save with an invalid message expires React fragments and raises', async () => {
      await commitEntry(desk.store, 'a', { dependencies: [story] })
      const refusal = await errorOf(desk.call('saveStory', { id: 1, status: 'x'.repeat(1025) }))
      expect(refusal?.message).toContain('status of a message is longer than 1024')
      expect(await filterStored(desk.store, ['a'])).toEqual([])
    })

    it('a refresh in Django of an object with 400 fragments marks all of them', async () => {
      for (let index = 0; index < 400; index++)
        await commitEntry(desk.store, `f${index}`, { dependencies: [story] })
      expect(await desk.call('refreshObj', { obj: story })).toBe(400)
      const lookups = await desk.store.lookup([{ key: 'f399', ageMs: 0, shared: true }])
      expect(lookups).toMatchObject([{ markedStale: true }])
    })

    it('a refresh in Django of many objects, large and small, takes few calls', async () => {
      for (let index = 0; index < 300; index++)
        await commitEntry(desk.store, `f${index}`, { dependencies: [story] })
      for (const index of [0, 199, 200, 449])
        await commitEntry(desk.store, `m${index}`, { dependencies: [`many:${index}`] })
      await commitEntry(desk.store, 'other', { dependencies: ['other:1'] })
      const many = Array.from({ length: 450 }, (_, index) => `many:${index}`)
      const objects = [...many.slice(0, 220), story, ...many.slice(220)]
      await desk.client.config('RESETSTAT')
      expect(await desk.call('refreshObj', { obj: objects })).toBe(304)
      const stats = await desk.client.info('commandstats')
      // Three calls for the small objects, and at most six for each pass over the large one.
      expect(Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1])).toBeLessThan(20)
      const lookups = await desk.store.lookup(
        ['f0', 'f299', 'm0', 'm199', 'm200', 'm449', 'other'].map((key) => ({ key, ageMs: 0, shared: true })),
      )
      expect(lookups.map(({ markedStale }) => markedStale)).toEqual([
        true,
        true,
        true,
        true,
        true,
        true,
        false,
      ])
    })

    it('an expiry in Django of many objects removes all fragments and index sets', async () => {
      for (let index = 0; index < 400; index++)
        await commitEntry(desk.store, `f${index}`, { dependencies: [story, 'b:1'] })
      const many = Array.from({ length: 450 }, (_, index) => `many:${index}`)
      expect(await desk.call('expireObj', { obj: [...many, story] })).toBe(400)
      expect(await desk.client.keys('*obj:*')).toEqual([])
    })

    it('an expiry in Django of a path of Next is recorded, and a refresh is not', async () => {
      const [path, other] = ['next/tag:_N_T_/news', 'next/tag:_N_T_/about']
      await desk.call('refreshObj', { obj: [path, other] })
      const { clock } = await fetchToken(desk.store)
      await desk.call('expireObj', { obj: [path, story] })
      expect(await desk.store.getLastExpiry?.([path], { shared: true })).toBeGreaterThan(clock)
      expect(await desk.store.getLastExpiry?.([other, story], { shared: true })).toBeLessThanOrEqual(clock)
    })

    it('a save in Django queues the routes of the story for a rebuild', async () => {
      await commitEntry(desk.store, 'a', { dependencies: [story], route: '/news' })
      await commitEntry(desk.store, 'b', { dependencies: [story, 'news/story:new'], route: '/news/1' })
      await commitEntry(desk.store, 'c', { dependencies: ['news/story:2'], route: '/news/2' })
      await desk.call('saveStory', { id: 1, headline: 'D' })
      const routes = await readQueuedRoutes(desk.client)
      expect(Object.keys(routes).sort()).toEqual(['/news', '/news/1'])
      for (const wait of Object.values(routes)) expect(Math.abs(wait)).toBeLessThan(1_000)
    })

    it('a React fragment is gone before its route is due', async () => {
      await commitEntry(desk.store, 'a', { dependencies: [story], route: '/news' })
      const steps = await recordRebuildSteps(desk.client, () =>
        desk.call('saveStory', { id: 1, headline: 'B' }),
      )
      expect(steps).toEqual(['/news is due in 60 s', 'cc:frag:a is gone', '/news is due in 0 s'])
    })

    it('a React fragment is stale before its route is due', async () => {
      await commitEntry(desk.store, 'a', { dependencies: ['news/author:5'], route: '/bob' })
      const steps = await recordRebuildSteps(desk.client, () =>
        desk.call('saveAuthor', { id: 5, name: 'Bo' }),
      )
      expect(steps).toEqual(['/bob is due in 60 s', 'cc:frag:a is stale', '/bob is due in 0 s'])
    })

    it('a save in Django makes hundreds of routes due', async () => {
      const fragments = Array.from({ length: 400 }, (_, index) => `f${index}`)
      for (const key of fragments)
        await commitEntry(desk.store, key, { dependencies: [story], route: `/${key}` })
      await desk.call('saveStory', { id: 1, headline: 'A' })
      const waits = Object.values(await readQueuedRoutes(desk.client))
      expect(waits).toHaveLength(400)
      expect(Math.max(...waits)).toBeLessThan(1_000)
    })

    it('a React fragment is gone although a foreign key stands in place of the queue', async () => {
      await desk.client.set('cc:rebuild:queue', 'mine')
      await commitEntry(desk.store, 'a', { dependencies: [story], route: '/news' })
      await desk.call('saveStory', { id: 1, headline: 'A' })
      expect(await filterStored(desk.store, ['a'])).toEqual([])
      expect((await desk.call<string[]>('takeLogs')).join()).toContain(
        'refused to queue the routes to rebuild',
      )
    })

    it.each([
      ['run_enqueue_routes', 'never', {}],
      ['run_mark_routes_ready', 'in a minute', { '/news': expect.closeTo(60_000, -4) }],
    ])(
      'a React fragment is gone although %s times out, and its route is due %s',
      async (script, _, routes) => {
        await commitEntry(desk.store, 'a', { dependencies: [story], route: '/news' })
        await desk.call('saveStoryWhile', { unanswered: script, id: 1, headline: 'A' })
        expect(await filterStored(desk.store, ['a'])).toEqual([])
        expect(await readQueuedRoutes(desk.client)).toEqual(routes)
      },
    )

    it('a route is not queued when ten thousand routes wait already', async () => {
      const waiting = Array.from({ length: 10_000 }, (_, index) => [1, `/waiting/${index}`]).flat()
      await desk.client.zadd('cc:rebuild:queue', ...waiting)
      await commitEntry(desk.store, 'a', { dependencies: [story], route: '/news' })
      await desk.call('saveStory', { id: 1, headline: 'A' })
      expect(await desk.client.zcard('cc:rebuild:queue')).toBe(10_000)
      expect((await desk.call<string[]>('takeLogs')).join()).toContain('1 routes were not queued')
    })
  })

  describe('an expiry in React', () => {
    it("an expiry in React removes Django's caches of the object, and no others", async () => {
      await render(block('a', '{% register_content "a:1" %}') + block('b', '{% register_content "a:2" %}'))
      await desk.call('contentSet', { key: 'k', value: 1, objs: ['a:1'] })
      expect(await desk.store.expire(['a:1'])).toBe(2)
      expect(await listCaches()).toEqual(['cc:django:["b"]'])
    })

    it("an expiry in React removes a key of Django's own cache that is in the index", async () => {
      await desk.call('cacheSet', { key: 'own', value: 1 })
      await desk.client.sadd('obj:a:1', await desk.call('cacheName', { key: 'own' }))
      expect(await desk.store.expire(['a:1'])).toBe(1)
      expect(await desk.call('cacheGet', { key: 'own' })).toBe(null)
    })

    it("an expiry in React leaves keys of Django's own cache that are not in the index", async () => {
      await desk.call('cacheSet', { key: 'own', value: { a: 1 } })
      await desk.store.expire(['a:1'])
      expect(await desk.call('cacheGet', { key: 'own' })).toEqual({ a: 1 })
    })
  })
}
