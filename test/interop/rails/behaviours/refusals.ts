import { describe, expect, it } from 'vitest'
import { fetchToken } from '../../../support/commitEntry.ts'
import { type Newsdesk, other, story } from '../newsdesk.ts'

/** Better not stored than wrong. */
export function refusals(desk: Newsdesk) {
  const { render, save, front, fragments, stored, heldAt, keys } = desk

  describe('a fragment that is not stored', () => {
    it.each(['expire', 'refresh'] as const)(
      'a render that %s in Next overtakes is not stored',
      async (mode) => {
        await fetchToken(desk.store)
        const rendered = render('held', { object: story, hold: 'block', stamp: 'old' })
        const release = await heldAt('block')
        await desk.store[mode]([story])
        await release()
        expect(await rendered).toContain('old')
        expect(await fragments()).toEqual([])
        expect(await keys('*obj:*')).toEqual([])
      },
    )

    it('a fragment is not stored when an object of an inner one is expired during it', async () => {
      const rendered = render('around', { object: story, hold: true, stamp: 'old' })
      const release = await heldAt('around')
      await desk.call('expireObj', { obj: story })
      await release()
      await rendered
      // The inner one began after the expiry, but belongs to a request that began before.
      expect(await fragments()).toEqual([])
    })

    it('a fragment is not stored when its action read the data before the expiry', async () => {
      await save({ headline: 'old' })
      const rendered = render('whole', { id: 1, hold_before_view: true })
      const release = await heldAt('before view')
      await save({ headline: 'new' })
      await release()
      expect(await rendered).toContain('old')
      expect(await fragments()).toEqual([])
      expect(await stored(() => render('whole', { id: 1 }), ['whole'])).toContain('new')
    })

    it('a fragment whose render began in another epoch is not stored', async () => {
      const rendered = render('held', { object: story, hold: 'epoch' })
      const release = await heldAt('epoch')
      await desk.store.clear()
      await release()
      await rendered
      expect(await fragments()).toEqual([])
    })

    it('an outer fragment is not stored when an inner one begins in another epoch', async () => {
      await desk.call('expireObj', { obj: ['a:1', 'a:2'] })
      await desk.call('expireObj', { obj: 'a:3' })
      const rendered = render('around', { object: story, hold: true })
      const release = await heldAt('around')
      // As where a server comes back empty: its clock begins anew, behind that of the token.
      await desk.client.flushall()
      await release()
      await rendered
      expect(await fragments()).toEqual(['held'])
    })

    it('a fragment that raises is not stored, and the error reaches the caller', async () => {
      await expect(render('broken', { fails: true, unrescued: true })).rejects.toThrow('half a fragment')
      expect(await fragments()).toEqual([])
    })

    it('an outer fragment is not stored when the view rescues an inner error', async () => {
      expect(await render('broken', { fails: true })).toContain('<em>half a fragment</em>')
      expect(await fragments()).toEqual([])
      await render('broken', { fails: false })
      expect(await fragments()).toEqual(['inner', 'middle', 'outer'])
    })

    it('a fragment is not stored in a transaction that has changed content', async () => {
      await save({ headline: 'Rain' })
      await stored(() => render('teaser', { id: 1 }), ['teaser'])
      // Not by an expiry, which would have the next one refused as well.
      await desk.client.del(...(await keys('cc:rails:*')))
      const unsaved = { name: 'teaser', id: 1, headline: 'Never' }
      expect(await desk.call('renderInUncommitted', unsaved)).toContain('Never')
      expect(await fragments()).toEqual([])
      expect(await stored(() => render('teaser', { id: 1 }), ['teaser'])).toContain('Rain')
    })

    it('a fragment is stored after the savepoint with the change is rolled back', async () => {
      await save({ headline: 'Rain' })
      const unsaved = { name: 'teaser', id: 1, headline: 'Never', before: true }
      expect(await stored(() => desk.call('renderInUncommitted', unsaved), ['teaser'])).toContain('Rain')
    })

    it('a fragment around a transaction that is rolled back is not stored', async () => {
      await save({ headline: 'Rain' })
      await stored(() => render('around_value'), ['around value'])
      expect(await render('around_teaser', { id: 1, unsaved: 'Never' })).toContain('Never')
      expect(await fragments()).toEqual(['around value'])
    })

    it('a value with objects is not stored in a transaction that has changed content', async () => {
      await save({ headline: 'Rain' })
      expect(await desk.call('cacheWriteInUncommitted', { id: 1, key: 'v', objects: [other] })).toBe(false)
      expect(await keys('cc:cache:*')).toEqual([])
    })

    it('no fragment is stored while perform_caching is off', async () => {
      await desk.call('performCaching', { on: false })
      try {
        expect(await front([1])).toContain('outer=')
        expect(await keys('*')).toEqual([])
      } finally {
        await desk.call('performCaching', { on: true })
      }
    })
  })
}
