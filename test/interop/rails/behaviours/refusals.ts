import { describe, expect, it } from 'vitest'
import { fetchToken } from '../../../support/commitEntry.ts'
import { type Newsdesk, other, story } from '../newsdesk.ts'

/** A fragment or value that may be outdated is not stored. */
export function refusals(desk: Newsdesk) {
  const { render, save, renderFront, listFragments, showUntilStored, waitUntilHeld, findKeys } = desk

  describe('a fragment that is not stored', () => {
    it.each(['expire', 'refresh'] as const)(
      'a render that %s in Next overtakes is not stored',
      async (mode) => {
        await fetchToken(desk.store)
        const rendered = render('held', { object: story, hold: 'block', stamp: 'old' })
        const release = await waitUntilHeld('block')
        await desk.store[mode]([story])
        await release()
        expect(await rendered).toContain('old')
        expect(await listFragments()).toEqual([])
        expect(await findKeys('*obj:*')).toEqual([])
      },
    )

    it('a fragment is not stored when an object of an inner one is expired during it', async () => {
      const rendered = render('around', { object: story, hold: true, stamp: 'old' })
      const release = await waitUntilHeld('around')
      await desk.call('expireObj', { obj: story })
      await release()
      await rendered
      // The inner fragment began after the expiry, but its request began before.
      expect(await listFragments()).toEqual([])
    })

    it('a fragment is not stored when its action read the data before the expiry', async () => {
      await save({ headline: 'old' })
      const rendered = render('whole', { id: 1, hold_before_view: true })
      const release = await waitUntilHeld('before view')
      await save({ headline: 'new' })
      await release()
      expect(await rendered).toContain('old')
      expect(await listFragments()).toEqual([])
      expect(await showUntilStored(() => render('whole', { id: 1 }), ['whole'])).toContain('new')
    })

    it('a fragment whose render began in another epoch is not stored', async () => {
      const rendered = render('held', { object: story, hold: 'epoch' })
      const release = await waitUntilHeld('epoch')
      await desk.store.clear()
      await release()
      await rendered
      expect(await listFragments()).toEqual([])
    })

    it('an outer fragment is not stored when an inner one begins in another epoch', async () => {
      await desk.call('expireObj', { obj: ['a:1', 'a:2'] })
      await desk.call('expireObj', { obj: 'a:3' })
      const rendered = render('around', { object: story, hold: true })
      const release = await waitUntilHeld('around')
      // A server that comes back empty restarts its clock, behind the token's clock.
      await desk.client.flushall()
      await release()
      await rendered
      expect(await listFragments()).toEqual(['held'])
    })

    it('a fragment that raises is not stored, and the error reaches the caller', async () => {
      await expect(render('broken', { fails: true, unrescued: true })).rejects.toThrow('half a fragment')
      expect(await listFragments()).toEqual([])
    })

    it('an outer fragment is not stored when the view rescues an inner error', async () => {
      expect(await render('broken', { fails: true })).toContain('<em>half a fragment</em>')
      expect(await listFragments()).toEqual([])
      await render('broken', { fails: false })
      expect(await listFragments()).toEqual(['inner', 'middle', 'outer'])
    })

    it('a fragment is not stored in a transaction that has changed content', async () => {
      await save({ headline: 'Rain' })
      await showUntilStored(() => render('teaser', { id: 1 }), ['teaser'])
      // An expiry would refuse the next render as well.
      await desk.client.del(...(await findKeys('cc:rails:*')))
      const unsaved = { name: 'teaser', id: 1, headline: 'Never' }
      expect(await desk.call('renderInUncommitted', unsaved)).toContain('Never')
      expect(await listFragments()).toEqual([])
      expect(await showUntilStored(() => render('teaser', { id: 1 }), ['teaser'])).toContain('Rain')
    })

    it('a fragment is stored after the savepoint with the change is rolled back', async () => {
      await save({ headline: 'Rain' })
      const unsaved = { name: 'teaser', id: 1, headline: 'Never', before: true }
      expect(await showUntilStored(() => desk.call('renderInUncommitted', unsaved), ['teaser'])).toContain(
        'Rain',
      )
    })

    it('a fragment around a transaction that is rolled back is not stored', async () => {
      await save({ headline: 'Rain' })
      await showUntilStored(() => render('around_value'), ['around value'])
      expect(await render('around_teaser', { id: 1, unsaved: 'Never' })).toContain('Never')
      expect(await listFragments()).toEqual(['around value'])
    })

    it('a value with objects is not stored in a transaction that has changed content', async () => {
      await save({ headline: 'Rain' })
      expect(await desk.call('cacheWriteInUncommitted', { id: 1, key: 'v', objects: [other] })).toBe(false)
      expect(await findKeys('cc:cache:*')).toEqual([])
    })

    it('no fragment is stored while perform_caching is off', async () => {
      await desk.call('setPerformCaching', { on: false })
      try {
        expect(await renderFront([1])).toContain('outer=')
        expect(await findKeys('*')).toEqual([])
      } finally {
        await desk.call('setPerformCaching', { on: true })
      }
    })
  })
}
