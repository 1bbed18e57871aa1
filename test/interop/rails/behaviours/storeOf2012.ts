import { describe, expect, it } from 'vitest'
import { fetchToken, filterStored } from '../../../support/commitEntry.ts'
import { type Newsdesk, other, story } from '../newsdesk.ts'

/** The cache store of a Rails program of 2012, unchanged, on the same Redis. */
export function storeOf2012(desk: Newsdesk) {
  const { save, renderFront, listFragments, storeFragment, findKeys } = desk

  describe('the Rails store of 2012', () => {
    const seed = { store: 'seed' }

    it('the Rails store of 2012 expires fragments of React and Rails, and no others', async () => {
      await storeFragment('"front"', { dependencies: [story, other] })
      await storeFragment('"side"', { dependencies: [other] })
      await renderFront([1, 2])
      await desk.call('expireObj', { ...seed, obj: story })
      expect(await filterStored(desk.store, ['"front"', '"side"'])).toEqual(['"side"'])
      expect(await listFragments()).toEqual(['teaser'])
      // The store of 2012 leaves index entries behind. The next expiry removes them.
      await desk.store.expire([story, other])
      expect(await findKeys('*obj:*')).toEqual([])
    })

    it.each(['expire', 'refresh'] as const)(
      'caches of the Rails store of 2012 are gone after %s, and no others',
      async (mode) => {
        await desk.call('cacheWrite', {
          ...seed,
          key: 'views/front',
          value: '<p>2012</p>',
          objects: [story, other],
        })
        await desk.call('cacheWrite', { ...seed, key: 'views/side', value: '<p>2012</p>', objects: [other] })
        expect(await desk.call('cacheRead', { ...seed, key: 'views/front' })).toBe('<p>2012</p>')
        await fetchToken(desk.store)
        expect(await desk.store[mode]([story])).toBe(1)
        expect(await desk.call('cacheRead', { ...seed, key: 'views/front' })).toBeNull()
        expect(await desk.call('cacheRead', { ...seed, key: 'views/side' })).toBe('<p>2012</p>')
        expect(await findKeys('sobj:*')).toEqual(['sobj:views/side'])
      },
    )

    it('caches of the Rails store of 2012 are gone after a save of a model', async () => {
      await desk.call('cacheWrite', { ...seed, key: 'views/front', value: 'old', objects: [story] })
      await save({ headline: 'Sun' })
      expect(await desk.call('cacheRead', { ...seed, key: 'views/front' })).toBeNull()
    })

    it('a cache of the Rails store of 2012 is listed only under its latest objects', async () => {
      await desk.call('cacheWrite', { ...seed, key: 'views/front', value: '1', objects: [story] })
      await desk.call('cacheWrite', { ...seed, key: 'views/front', value: '2', objects: [other] })
      await fetchToken(desk.store)
      expect(await desk.store.expire([story])).toBe(0)
      expect(await desk.store.expire([other])).toBe(1)
    })
  })
}
