import { describe, expect, it } from 'vitest'
import { encodeRailsEntry } from '../../../../lib/formats/encodeRailsEntry.ts'
import { fetchToken, filterStored } from '../../../support/commitEntry.ts'
import { entryOf } from '../../../support/entries.ts'
import { type Newsdesk, other, stampsIn, story } from '../newsdesk.ts'

/** `Rails.cache` on the gem's store, and on the store of ActiveSupport. */
export function railsCache(desk: Newsdesk) {
  const { render, renderFront, storeFragment, waitUntilHeld, findKeys } = desk

  describe("Rails.cache on the gem's store", () => {
    const gemStore = { store: 'own' }

    it('a value without objects is written, read and deleted as in any Rails.cache', async () => {
      expect(await desk.call('cacheWrite', { ...gemStore, key: 'plain', value: { a: [1, null] } })).toBe(true)
      expect(await desk.call('cacheRead', { ...gemStore, key: 'plain' })).toEqual({ a: [1, null] })
      await desk.call('cacheWrite', { ...gemStore, key: 'text', value: '{"a":1}', raw: true })
      expect(await desk.call('cacheRead', { ...gemStore, key: 'text', raw: true })).toBe('{"a":1}')
      expect(await desk.call('cacheDelete', { ...gemStore, key: 'plain' })).toBe(true)
      expect(await desk.call('cacheRead', { ...gemStore, key: 'plain' })).toBeNull()
    })

    it('a value with objects is stored as JSON until one of them is expired', async () => {
      const value = { headline: 'Rain', figures: [1, 2.5, true, null, 'é'] }
      await desk.call('cacheWrite', {
        ...gemStore,
        key: 'teaser',
        value,
        objects: [story, other],
        expires_in: 60,
      })
      expect(await desk.client.get('cc:cache:teaser')).toBe(JSON.stringify(value))
      expect(await desk.client.pttl('cc:cache:teaser')).toBeLessThanOrEqual(60_000)
      expect(await desk.call('cacheRead', { ...gemStore, key: 'teaser' })).toEqual(value)
      expect(await desk.store.expire([other])).toBe(1)
      expect(await desk.call('cacheRead', { ...gemStore, key: 'teaser' })).toBeNull()
      expect(await findKeys('*obj:*')).toEqual([])
    })

    it('a string with objects is read unchanged, even if it looks like JSON', async () => {
      for (const value of ['[1]', '5', 'null', '']) {
        await desk.call('cacheWrite', { ...gemStore, key: 'text', value, objects: [story] })
        expect(await desk.call('cacheRead', { ...gemStore, key: 'text' })).toBe(value)
        await desk.call('cacheWrite', { ...gemStore, key: 'raw', value, objects: [story], raw: true })
        expect(await desk.call('cacheRead', { ...gemStore, key: 'raw', raw: true })).toBe(value)
        expect(await desk.client.get('cc:cache:raw')).toBe(value)
      }
    })

    it('a string with objects is never loaded as Marshal data', async () => {
      const write = desk.call('cacheWrite', {
        ...gemStore,
        key: 'm',
        value: '\u0004\bo:',
        objects: [story],
        raw: true,
      })
      await expect(write).rejects.toThrow('ArgumentError')
      await desk.call('cacheWrite', { ...gemStore, key: 'm', value: '\u0004\bo:', objects: [story] })
      expect(await desk.call('cacheRead', { ...gemStore, key: 'm' })).toBe('\u0004\bo:')
    })

    it('a value that was computed before an expiry is not stored', async () => {
      const fetched = desk.call('cacheFetch', { key: 'sum', value: { sum: 1 }, objects: [story], hold: true })
      const release = await waitUntilHeld('fetch')
      await desk.store.expire([story])
      await release()
      expect(await fetched).toEqual({ sum: 1 })
      expect(await findKeys('cc:cache:*')).toEqual([])
      expect(await desk.call('cacheFetch', { key: 'sum', value: { sum: 2 }, objects: [story] })).toEqual({
        sum: 2,
      })
      expect(await desk.call('cacheFetch', { key: 'sum', value: { sum: 3 }, objects: [story] })).toEqual({
        sum: 2,
      })
    })

    it('write_multi and fetch_multi register objects and refuse overtaken values', async () => {
      await desk.call('cacheWriteMulti', { values: { a: 1, b: [2] }, objects: [story] })
      expect(await desk.client.mget('cc:cache:a', 'cc:cache:b')).toEqual(['1', '[2]'])
      expect(await desk.store.expire([story])).toBe(2)
      const fetched = desk.call('cacheFetchMulti', { keys: ['a', 'b'], objects: [story], hold: true })
      const release = await waitUntilHeld('fetch')
      await desk.store.expire([story])
      await release()
      expect(await fetched).toEqual({ a: 'value of a', b: 'value of b' })
      expect(await findKeys('cc:cache:*')).toEqual([])
      await desk.call('cacheFetchMulti', { keys: ['a', 'b'], objects: [story] })
      expect(await desk.store.expire([story])).toBe(2)
    })

    it('a fragment depends on the objects of a value that it fetches', async () => {
      expect(await render('cached_value', { sum: 4, stamp: 'a' })).toContain('a 4')
      expect(await render('cached_value', { sum: 5, stamp: 'b' })).toContain('a 4')
      await desk.call('expireObj', { obj: 'figures:1' })
      expect(await render('cached_value', { sum: 5, stamp: 'c' })).toContain('c 5')
    })

    describe('a fragment around a value', () => {
      const v = { ...gemStore, key: 'v', value: 'found' }
      const around = async (variant: string) => {
        const html = await render('around_value', { how: variant })
        const [redisKey = ''] = await findKeys('cc:rails:*')
        const objects = await desk.client.smembers(`sobj:${redisKey}`)
        return { html, objects, left: (await desk.client.pttl(redisKey)) / 1000 }
      }

      it.each(['read', 'fetch', 'read_multi', 'fetch_multi'])(
        'a fragment gets the objects and the remaining lifetime of a value from %s',
        async (variant) => {
          await desk.call('cacheWrite', { ...v, objects: ['figures:1', 'figures:2'], expires_in: 50 })
          const { html, objects, left } = await around(variant)
          expect(html).toContain('found')
          expect(objects.sort()).toEqual(['obj:figures:1', 'obj:figures:2'])
          expect(left).toBeGreaterThan(0)
          expect(left).toBeLessThanOrEqual(50)
          expect(await desk.call('expireObj', { obj: 'figures:2' })).toBe(2)
        },
      )

      it.each(['fetch', 'fetch_multi', 'write'])(
        'a fragment gets the lifetime of a value that %s stores',
        async (variant) => {
          const { left } = await around(variant)
          expect(left).toBeGreaterThan(0)
          expect(left).toBeLessThanOrEqual(60)
        },
      )

      it('a fragment gets the objects of a value that is written in it', async () => {
        expect((await around('write')).objects).toEqual(['obj:figures:1'])
      })

      it('a fragment gets expires_in of a value without objects, not race_condition_ttl', async () => {
        await desk.call('cacheWrite', { ...v, expires_in: 50, race_condition_ttl: 10 })
        expect(await desk.client.pttl('cc:cache:v')).toBeGreaterThan(60_000)
        const { html, left } = await around('read')
        expect(html).toContain('found')
        expect(left).toBeGreaterThan(0)
        expect(left).toBeLessThanOrEqual(50)
      })

      it('a fragment keeps its own lifetime around a value that does not expire', async () => {
        await desk.call('cacheWrite', v)
        expect((await around('read')).left).toBeGreaterThan(86_400)
      })
    })

    it("Rails.cache on the gem's store reads a React export until it is expired", async () => {
      const token = await fetchToken(desk.store)
      const entry = entryOf({ createdAt: Date.now(), discardAt: Date.now() + 60_000, dependencies: [story] })
      const html = encodeRailsEntry('<p>Ü</p>', entry)
      expect(await desk.store.export?.('cc:cache:sidebar', html, entry, token)).toBe('committed')
      expect(await desk.call('cacheRead', { ...gemStore, key: 'sidebar' })).toBe('<p>Ü</p>')
      expect(await desk.store.expire([story])).toBe(1)
      expect(await desk.call('cacheRead', { ...gemStore, key: 'sidebar' })).toBeNull()
    })

    it("clear removes the store's own keys and their index, and no other key", async () => {
      await desk.call('cacheWrite', { ...gemStore, key: 'plain', value: 1 })
      await desk.call('cacheWrite', { ...gemStore, key: 'teaser', value: 1, objects: [story] })
      await desk.client.set('cc:cached', 'foreign')
      await storeFragment('"front"', { dependencies: [story] })
      await desk.call('cacheClear')
      expect(await findKeys('cc:cache:*')).toEqual([])
      expect(await desk.client.smembers(`obj:${story}`)).toEqual(['cc:frag:"front"'])
      expect(await desk.client.get('cc:cached')).toBe('foreign')
      expect(await filterStored(desk.store, ['"front"'])).toEqual(['"front"'])
    })
  })

  describe("ActiveSupport's own store on the same Redis", () => {
    it.each([true, false])(
      "a value of ActiveSupport's store expires with the object that lists it (raw: %s)",
      async (raw) => {
        await desk.call('cacheWrite', { key: 'sidebar', value: '<p>hello</p>', raw })
        await desk.client.sadd(`obj:${story}`, 'sidebar')
        expect(await desk.call('cacheRead', { key: 'sidebar', raw })).toBe('<p>hello</p>')
        await fetchToken(desk.store)
        expect(await desk.store.expire([story])).toBe(1)
        expect(await desk.call('cacheRead', { key: 'sidebar', raw })).toBeNull()
      },
    )
  })

  describe('a process', () => {
    it("a forked process opens its own connection and leaves its parent's alone", async () => {
      await renderFront([1], { stamp: 's0' })
      expect(await desk.call('readAfterFork', { key: 'x' })).toEqual({ child: true, parent: true })
      expect(stampsIn(await renderFront([1], { stamp: 's1' }))).toEqual(['s0', 's0'])
    })

    it('a second read in a request misses a value that was expired after the first', async () => {
      await desk.call('cacheWrite', { store: 'own', key: 'figures', value: 'old', objects: ['figures:1'] })
      const rendered = render('read_twice')
      const release = await waitUntilHeld('read')
      await desk.store.expire(['figures:1'])
      await release()
      expect((await rendered).trim()).toBe('old,none')
    })
  })
}
