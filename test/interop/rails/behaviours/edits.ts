import { describe, expect, it, vi } from 'vitest'
import { filterStored } from '../../../support/commitEntry.ts'
import { readQueuedRoutes, recordRebuildSteps } from '../../recordRebuildSteps.ts'
import { type Newsdesk, other, story, WAIT } from '../newsdesk.ts'

/** A saved model expires or refreshes fragments, queues their routes and publishes a message. */
export function edits(desk: Newsdesk) {
  const { render, save, showUntilStored, storeFragment, readMessages, findKeys } = desk

  describe('an edit in Rails', () => {
    const storeStoryFragment = (key: string, fields = {}) =>
      storeFragment(key, { dependencies: [story], ...fields })

    it('a committed edit in Rails expires React fragments of the story, and no others', async () => {
      await save()
      await storeStoryFragment('"front"')
      await storeFragment('"side"', { dependencies: [other] })
      await save({ headline: 'Sun' })
      expect(await filterStored(desk.store, ['"front"', '"side"'])).toEqual(['"side"'])
    })

    it('an edit in Rails that is rolled back expires and publishes nothing', async () => {
      await save()
      await desk.client.del('cc:messages')
      await storeStoryFragment('"front"')
      await save({ headline: 'Never', rollback: true })
      expect(await desk.call('readHeadline', { id: 1 })).toBe('Rain')
      expect(await filterStored(desk.store, ['"front"'])).toEqual(['"front"'])
      expect(await readMessages()).toEqual([])
    })

    it('the next page shows an edit in Rails', async () => {
      await save({ headline: 'Rain' })
      expect(await showUntilStored(() => render('teaser', { id: 1 }), ['teaser'])).toContain('Rain')
      await save({ headline: 'Sun' })
      expect(await render('teaser', { id: 1 })).toContain('Sun')
    })

    it('a model that refreshes on save marks fragments stale, and expires on deletion', async () => {
      await save({ id: 7, type: 'Brief' })
      await storeFragment('"brief"', { dependencies: ['brief:7'] })
      await save({ id: 7, type: 'Brief', headline: 'Sun' })
      expect(await desk.client.getrange('cc:frag:"brief"', 4, 4)).toBe('S')
      await desk.call('deleteStory', { id: 7, type: 'Brief' })
      expect(await desk.client.exists('cc:frag:"brief"')).toBe(0)
    })

    it.each([
      ['created', () => save({ id: 31 })],
      ['published', () => save({ status: 'live' })],
      ['unpublished', () => save({ status: 'draft' })],
      ['deleted', () => desk.call('deleteStory', { id: 1 })],
    ])('a list of stories expires when a story is %s, not on an edit', async (_, edit) => {
      await save({ status: 'new' })
      await storeFragment('"list"', { dependencies: ['news/story:new'] })
      await save({ headline: 'Sun' })
      expect(await filterStored(desk.store, ['"list"'])).toEqual(['"list"'])
      await edit()
      expect(await filterStored(desk.store, ['"list"'])).toEqual([])
    })

    it('a touch expires fragments, update_columns does not', async () => {
      await save()
      await storeStoryFragment('"front"')
      await desk.call('updateColumns', { id: 1, headline: 'Unseen' })
      expect(await filterStored(desk.store, ['"front"'])).toEqual(['"front"'])
      await desk.call('touchStory', { id: 1 })
      expect(await filterStored(desk.store, ['"front"'])).toEqual([])
    })

    it('an edit in Rails queues each route of the story once', async () => {
      await save()
      for (const [key, route] of [
        ['"a"', '/front'],
        ['"b"', '/front'],
        ['"c"', '/story/1'],
      ] as const)
        await storeStoryFragment(key, { route })
      await storeFragment('"d"', { dependencies: [other], route: '/elsewhere' })
      await save({ headline: 'Sun' })
      const routes = await readQueuedRoutes(desk.client)
      expect(Object.keys(routes).sort()).toEqual(['/front', '/story/1'])
      for (const wait of Object.values(routes)) expect(Math.abs(wait)).toBeLessThan(1_000)
    })

    it('an edit in Rails expires fragments before their routes are due', async () => {
      await storeStoryFragment('"front"', { route: '/front' })
      const steps = await recordRebuildSteps(desk.client, () => save({ headline: 'Sun' }))
      expect(steps).toEqual(['/front is due in 60 s', 'cc:frag:"front" is gone', '/front is due in 0 s'])
    })

    it('a refresh in Rails marks fragments before their routes are due', async () => {
      await storeFragment('"brief"', { dependencies: ['brief:7'], route: '/brief' })
      const steps = await recordRebuildSteps(desk.client, () => save({ id: 7, type: 'Brief' }))
      expect(steps).toEqual(['/brief is due in 60 s', 'cc:frag:"brief" is stale', '/brief is due in 0 s'])
    })

    it('an edit in Rails makes hundreds of routes due', async () => {
      const fragments = Array.from({ length: 400 }, (_, index) => `"f${index}"`)
      for (const key of fragments) await storeStoryFragment(key, { route: `/${key}` })
      await save({ headline: 'Sun' })
      const waits = Object.values(await readQueuedRoutes(desk.client))
      expect(waits).toHaveLength(400)
      expect(Math.max(...waits)).toBeLessThan(1_000)
    })

    it('an edit in Rails expires although a foreign key stands in place of the queue', async () => {
      await desk.client.set('cc:rebuild:queue', 'mine')
      await storeStoryFragment('"front"', { route: '/front' })
      await save({ headline: 'Sun' })
      expect(await filterStored(desk.store, ['"front"'])).toEqual([])
      expect(await desk.call('readLog')).toContain('Routes to rebuild were not queued')
    })

    it.each([
      ['enqueue', 'never', {}],
      ['mark_ready', 'in a minute', { '/front': expect.closeTo(60_000, -4) }],
    ])(
      'an edit in Rails expires although `%s` times out, and its route is due %s',
      async (step, _, routes) => {
        await storeStoryFragment('"front"', { route: '/front' })
        await save({ headline: 'Sun', dropped: step })
        expect(await filterStored(desk.store, ['"front"'])).toEqual([])
        expect(await readQueuedRoutes(desk.client)).toEqual(routes)
      },
    )

    it('an expiry whose reply is lost is repeated, and the routes are due', async () => {
      await storeStoryFragment('"front"', { route: '/front' })
      await save({ headline: 'Sun', dropped: 'expire' })
      expect((await readQueuedRoutes(desk.client))['/front']).toBeLessThan(1_000)
    })

    it('a route is not queued when ten thousand routes wait already', async () => {
      const waiting = Array.from({ length: 10_000 }, (_, index) => [1, `/waiting/${index}`]).flat()
      await desk.client.zadd('cc:rebuild:queue', ...waiting)
      await storeStoryFragment('"front"', { route: '/front' })
      await save({ headline: 'Sun' })
      expect(await desk.client.zcard('cc:rebuild:queue')).toBe(10_000)
      expect(await desk.call('readLog')).toContain('1 routes are not rebuilt')
    })

    it('an edit in Rails publishes in the stream and on the channel', async () => {
      const listener = desk.client.duplicate()
      const received: Record<string, unknown>[] = []
      listener.on('message', (_, text) => received.push(JSON.parse(text)))
      await listener.subscribe('content')
      await save({ status: 'draft' })
      await desk.client.del('cc:messages')
      await save({ headline: 'Sun' })
      await save({ status: 'live' })
      await desk.call('deleteStory', { id: 1 })
      const [first, second, third] = await readMessages()
      expect(first).toEqual({
        v: 1,
        key: story,
        action: 'save',
        status: 'draft',
        type: 'news/story',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      })
      expect(second).toMatchObject({ action: 'publish', status: 'live' })
      expect(third).toMatchObject({ key: story, action: 'delete' })
      const [last] = await desk.client.xrevrange('cc:messages', '+', '-', 'COUNT', 1)
      const stream = `cc:messages ${last?.[0]}`
      await vi.waitFor(() => expect(received.at(-1)).toEqual({ ...third, stream }), WAIT)
      listener.disconnect()
    })

    it('a transaction that creates and deletes a story publishes only a deletion', async () => {
      await desk.call('createAndDelete', { id: 90 })
      expect((await readMessages()).map(({ action }) => action)).toEqual(['delete'])
    })

    it('a transaction that publishes and deletes a story publishes only a deletion', async () => {
      await desk.call('createAndDelete', { id: 91, status: 'live' })
      expect((await readMessages()).map(({ action }) => action)).toEqual(['delete'])
    })

    it('an edit in Rails with an invalid message expires fragments and raises', async () => {
      await save()
      await storeStoryFragment('"front"')
      await expect(save({ headline: 'Sun', odd_status: 5 })).rejects.toThrow(/ArgumentError.*status must be/)
      expect(await filterStored(desk.store, ['"front"'])).toEqual([])
    })

    it('edits of other stories expire when an after_commit callback of the first raises', async () => {
      for (const id of [1, 2, 3]) await save({ id })
      await storeFragment('"second"', { dependencies: [other] })
      await storeFragment('"third"', { dependencies: ['news/story:3'] })
      const saving = desk.call('saveStories', { ids: [1, 2, 3], headline: 'Sun', fail_first: true })
      await expect(saving).rejects.toThrow("A callback of the site's own.")
      expect(await desk.call('readHeadline', { id: 3 })).toBe('Sun')
      expect(await filterStored(desk.store, ['"second"', '"third"'])).toEqual([])
      expect((await findKeys('cc:messages')).length).toBe(1)
    })
  })

  describe('publishing', () => {
    it('a published message carries further fields', async () => {
      const fields = { section: 'sport', tags: ['é', { n: 1 }], type: 'news' }
      await desk.call('publish', { obj: story, action: 'publish', status: 'live', fields })
      expect(await readMessages()).toEqual([
        { v: 1, key: story, action: 'publish', status: 'live', at: expect.any(String), ...fields },
      ])
    })

    it('a published message has no status when the status is an empty string', async () => {
      await desk.call('publish', { obj: story, action: 'save', status: '' })
      const [message] = await readMessages()
      expect(message).toMatchObject({ key: story, type: 'news/story' })
      expect(message).not.toHaveProperty('status')
    })

    it.each([
      [{ action: 'remove' }, 'action must be one of'],
      [{ action: 'save', fields: { stream: '1' } }, 'these fields are reserved: stream'],
      [{ action: 'save', fields: { key: 'x' } }, 'key'],
      [{ action: 'save', fields: { at: 'x' } }, 'these fields are reserved: at'],
      [{ action: 'save', fields: { text: 'x'.repeat(65_536) } }, 'bytes'],
      [{ action: 'save', status: 5 }, 'status must be'],
      [{ action: 'save', status: 'x'.repeat(1025) }, 'status is longer than 1024'],
      [{ action: 'save', fields: { type: 'a\nb' } }, 'type holds control characters'],
    ])('publish_content refuses %o', async (message, error) => {
      const refused = desk.call('publish', { obj: story, ...message })
      await expect(refused).rejects.toThrow(error)
      await expect(refused).rejects.toMatchObject({ code: 'CC_INVALID_MESSAGE' })
      expect(await readMessages()).toEqual([])
    })
  })
}
