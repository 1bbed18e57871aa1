import { describe, expect, it } from 'vitest'
import { fetchToken, filterStored } from '../../../support/commitEntry.ts'
import { type Newsdesk, other, story } from '../newsdesk.ts'

/** Next and Rails expire the caches of each other. */
export function expiries(desk: Newsdesk) {
  const { save, renderFront, listFragments, storeFragment, findKeys } = desk

  describe('an expiry', () => {
    it("an expiry in Next removes Rails' fragments of the story, and no others", async () => {
      await renderFront([1, 2])
      expect(await desk.store.expire([story])).toBe(2)
      expect(await listFragments()).toEqual(['teaser'])
      expect(await desk.store.refresh([other])).toBe(1)
      expect(await listFragments()).toEqual([])
      expect(await findKeys('*obj:*')).toEqual([])
    })

    it('an expiry in Rails takes nested lists of objects and hundreds of fragments', async () => {
      for (let index = 0; index < 400; index++) await storeFragment(`"${index}"`, { dependencies: [story] })
      const many = Array.from({ length: 450 }, (_, index) => `film:${index}`)
      await storeFragment('"film"', { dependencies: ['film:449'] })
      expect(await desk.call('expireObj', { obj: [many, null, false, [story]] })).toBe(401)
      expect(await findKeys('cc:frag:*')).toEqual([])
    })

    it('an expiry in Rails of a path of Next is recorded, and a refresh is not', async () => {
      const [path, otherPath] = ['next/tag:_N_T_/news', 'next/tag:_N_T_/about']
      await desk.call('refreshObj', { obj: [path, otherPath] })
      const { clock } = await fetchToken(desk.store)
      await desk.call('expireObj', { obj: [path, story] })
      expect(await desk.store.getLastExpiry?.([path], { shared: true })).toBeGreaterThan(clock)
      expect(await desk.store.getLastExpiry?.([otherPath, story], { shared: true })).toBeLessThanOrEqual(
        clock,
      )
    })

    it('a refresh in Rails marks React fragments stale and removes Rails fragments', async () => {
      await renderFront([1])
      for (let index = 0; index < 400; index++) await storeFragment(`"${index}"`, { dependencies: [story] })
      expect(await desk.call('refreshObj', { obj: story })).toBe(402)
      expect(await listFragments()).toEqual([])
      expect((await findKeys('cc:frag:*')).length).toBe(400)
      const marks = await Promise.all(
        (await findKeys('cc:frag:*')).map((key) => desk.client.getrange(key, 4, 4)),
      )
      expect(new Set(marks)).toEqual(new Set(['S']))
    })

    it('a refresh in Rails of many objects, large and small, takes few calls', async () => {
      for (let index = 0; index < 300; index++) await storeFragment(`"${index}"`, { dependencies: [story] })
      for (const index of [0, 199, 200, 449])
        await storeFragment(`"m${index}"`, { dependencies: [`film:${index}`] })
      await storeFragment('"other"', { dependencies: ['other:1'] })
      const many = Array.from({ length: 450 }, (_, index) => `film:${index}`)
      await desk.client.config('RESETSTAT')
      expect(await desk.call('refreshObj', { obj: [many.slice(0, 220), story, many.slice(220)] })).toBe(304)
      const stats = await desk.client.info('commandstats')
      expect(Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1])).toBeLessThan(20)
      const all = await findKeys('cc:frag:*')
      const marks = await Promise.all(all.map((key) => desk.client.getrange(key, 4, 4)))
      expect(all.filter((_, index) => marks[index] !== 'S')).toEqual(['cc:frag:"other"'])
    })
  })

  describe('objects', () => {
    it.each([
      ['number', /TypeError.*Integer has no key/],
      ['record', /TypeError.*has no key/],
      ['new story', /ArgumentError.*has no key until it is saved/],
      ['control', /ArgumentError.*control characters/],
      ['empty', /ArgumentError.*empty/],
      ['long', /ArgumentError.*longer than 1024/],
      ['pairs', /ArgumentError.*longer than 1024/],
      ['bytes', /ArgumentError.*Unicode/],
      ['nested', /ArgumentError.*nested/],
    ])('an invalid object is refused: %s', async (kind, message) => {
      const refused = desk.call('registerInvalid', { kind })
      await expect(refused).rejects.toThrow(message)
      await expect(refused).rejects.toMatchObject({ code: 'CC_INVALID_OBJ' })
      await expect(refused).rejects.not.toThrow('hush')
    })

    it('objects may be strings, records, relations, and lists of these', async () => {
      await save({ id: 1 })
      await save({ id: 2 })
      expect(await desk.call('getObjectKeys', { name: 'relation' })).toEqual(
        expect.arrayContaining([story, other]),
      )
      expect(await desk.call('getObjectKeys', { name: 'carrier' })).toEqual(['film:1', 'a', 'b'])
    })

    it('a list with one invalid object expires nothing', async () => {
      await storeFragment('"a"', { dependencies: [story] })
      await expect(desk.call('expireObj', { obj: [story, 5] })).rejects.toThrow('TypeError')
      expect(await filterStored(desk.store, ['"a"'])).toEqual(['"a"'])
    })
  })

  describe('a foreign key of another type', () => {
    it('a fragment renders but is not stored when a foreign key replaces its index set', async () => {
      await desk.client.set(`obj:${story}`, 'no set')
      expect(await renderFront([1])).toContain('outer=')
      expect(await listFragments()).toEqual([])
      await desk.call('expireObj', { obj: other })
    })

    it('a foreign key in place of a fragment is a miss', async () => {
      await renderFront([], { stamp: 's0' })
      const [key = ''] = await findKeys('cc:rails:*')
      await desk.client.del(key)
      await desk.client.rpush(key, 'no text')
      expect(await renderFront([], { stamp: 's1' })).toContain('s1')
    })
  })
}
