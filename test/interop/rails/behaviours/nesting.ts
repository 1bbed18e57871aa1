import { describe, expect, it, vi } from 'vitest'
import { type Newsdesk, other, stampsIn, story, WAIT } from '../newsdesk.ts'

/** An outer fragment depends on the objects and lifetimes of the fragments in it. */
export function nesting(desk: Newsdesk) {
  const { render, renderFront, listFragments, waitUntilHeld, findKeys } = desk

  describe('nested fragments', () => {
    const objectsOf = (name: string) =>
      vi.waitFor(async () => {
        const [key] = (await findKeys('sobj:cc:rails:*')).filter((redisKey) =>
          redisKey.includes(`["${name}"`),
        )
        return (await desk.client.smembers(key ?? '')).sort()
      }, WAIT)

    it('an outer fragment depends on the objects of inner ones that are rendered', async () => {
      await renderFront([1, 2])
      expect(await listFragments()).toEqual(['front', 'teaser', 'teaser'])
      expect(await objectsOf('front')).toEqual([`obj:${story}`, `obj:${other}`])
    })

    it('an outer fragment depends on the objects of inner ones that are hits', async () => {
      await renderFront([1, 2], { edition: 'morning', stamp: 'first' })
      const evening = await renderFront([1, 2], { edition: 'evening', stamp: 'second' })
      expect(evening).toContain('outer=second')
      expect(evening).toContain('1=first')
      const [name = ''] = (await findKeys('sobj:cc:rails:*')).filter((key) => key.includes('evening'))
      expect((await desk.client.smembers(name)).sort()).toEqual([`obj:${story}`, `obj:${other}`])
      await desk.call('expireObj', { obj: story })
      expect(await listFragments()).toEqual(['teaser'])
    })

    it('an expiry removes the inner and the outer fragment, but not the siblings', async () => {
      const before = await renderFront([1, 2], { stamp: 's0' })
      expect(stampsIn(before)).toEqual(['s0', 's0', 's0'])
      expect(await desk.call('expireObj', { obj: story })).toBe(2)
      const after = await renderFront([1, 2], { stamp: 's9' })
      expect(stampsIn(after)).toEqual(['s9', 's9', 's0'])
    })

    it('an outer fragment lives no longer than an inner one, rendered or a hit', async () => {
      await renderFront([1], { inner_seconds: 50 })
      await renderFront([1], { edition: 'evening', inner_seconds: 50 })
      for (const key of await findKeys('cc:rails:*')) {
        const left = await desk.client.pttl(key)
        expect(left, key).toBeGreaterThan(0)
        expect(left, key).toBeLessThanOrEqual(50_000)
      }
    })

    it('an inner fragment may live longer than the outer one', async () => {
      await renderFront([1], { outer_seconds: 50 })
      const [outer = '', inner = ''] = await findKeys('cc:rails:*')
      expect(await desk.client.pttl(outer)).toBeLessThanOrEqual(50_000)
      expect(await desk.client.pttl(inner)).toBeGreaterThan(86_400_000)
    })

    it('fragments that follow each other do not share objects', async () => {
      await render('twice')
      const sets = await findKeys('sobj:cc:rails:*')
      expect(await Promise.all(sets.map((set) => desk.client.smembers(set)))).toEqual([
        ['obj:a:1'],
        ['obj:b:1'],
      ])
    })

    it('a fragment that contains itself is refused with its name', async () => {
      await expect(render('recursive')).rejects.toThrow(/"doll".*contains itself.*\[CC_FRAGMENT_IN_ITSELF,/)
    })

    it('fragments that two threads render at once do not share objects', async () => {
      const slow = render('held', { object: 'a:1', hold: 'a' })
      const release = await waitUntilHeld('a')
      await render('held', { object: 'b:1' })
      await release()
      await slow
      expect(await desk.client.smembers('obj:a:1')).toEqual([expect.stringContaining('a:1')])
      expect(await desk.client.smembers('obj:b:1')).toEqual([expect.stringContaining('b:1')])
      expect(await listFragments()).toEqual(['held', 'held'])
    })
  })
}
