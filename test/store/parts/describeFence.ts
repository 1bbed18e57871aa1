import { describe, expect, it } from 'vitest'
import type { Token } from '../../../lib/core/fragmentStore.ts'
import { entryOf } from '../../support/entries.ts'
import type { StoreProbe } from '../storeProbe.ts'

/** Rule 13: the commits that an expiry refuses. */
export function describeFence(probe: StoreProbe): void {
  const { advance, isStored, lookup, lookupAll, milliseconds, put, recreate, token } = probe

  describe('the fence (rule 13)', () => {
    it.each(['expire', 'refresh'] as const)(
      'a commit is refused after %s of any dependency',
      async (mode) => {
        const startToken = await token()
        await probe.store[mode](['y'])
        const entry = entryOf({ dependencies: ['x', 'y', 'z'] })
        expect(await probe.store.commit('a', entry, startToken)).toBe('fenced')
        expect(await isStored('a')).toBe(false)
      },
    )

    it('a commit is refused after an expiry by another client', async () => {
      const startToken = await token()
      await (await probe.open()).expire(['x'])
      expect(await probe.store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('fenced')
    })

    it('a commit is refused although no fragment of the object was stored', async () => {
      const startToken = await token()
      expect(await probe.store.expire(['never-seen'])).toBe(0)
      expect(await probe.store.commit('a', entryOf({ dependencies: ['never-seen'] }), startToken)).toBe(
        'fenced',
      )
    })

    it('a commit is refused after further expiries of the object and of others', async () => {
      const startToken = await token()
      for (const object of ['x', 'other', 'x', 'another']) await probe.store.expire([object])
      expect(await probe.store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('fenced')
    })

    it('a commit is accepted when only other objects were expired', async () => {
      const startToken = await token()
      await probe.store.expire(['other'])
      expect(await probe.store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('committed')
    })

    it('a commit is accepted when its fill began after the expiry', async () => {
      // A client knows no times of expiries from before its first reply, so a lookup comes first.
      await token()
      await probe.store.expire(['x'])
      await advance(1)
      expect(await put('a', ['x'])).toBe('committed')
    })

    it('a refused commit leaves everything unchanged', async () => {
      await put('a', ['old', 'x'])
      const startToken = await token()
      await probe.store.refresh(['x'])
      const late = entryOf({ name: 'late', dependencies: ['x', 'new'] })
      expect(await probe.store.commit('a', late, startToken)).toBe('fenced')
      expect((await lookup('a')).entry?.name).toBe('section')
      expect(await probe.store.getDependents('new')).toEqual([])
      expect(await probe.store.expire(['old'])).toBe(1)
    })

    it("a reader's token is from the moment at which it began to read", async () => {
      const getAge = await expireAfterStart()
      const entry = entryOf({ dependencies: ['x'] })
      expect(await probe.store.commit('a', entry, await token(await getAge()))).toBe('fenced')
      expect(await probe.store.commit('a', entry, await token(milliseconds(1)))).toBe('committed')
    })

    it('each request of a batch gets the token of its own age', async () => {
      const getAge = await expireAfterStart()
      const [old, young] = await lookupAll(['a', 'b'], [await getAge(), milliseconds(1)])
      const entry = entryOf({ dependencies: ['x'] })
      expect(await probe.store.commit('a', entry, old?.token as Token)).toBe('fenced')
      expect(await probe.store.commit('b', entry, young?.token as Token)).toBe('committed')
    })

    /** Expires x. @returns a function for the age of a reader that began before this expiry */
    async function expireAfterStart(): Promise<() => Promise<number>> {
      const before = await lookup('a')
      await advance(10)
      await probe.store.expire(['x'])
      await advance(12)
      return async () => (await lookup('a')).now - before.now
    }

    it('the required token includes an expiry from the moment that it is done', async () => {
      const before = (await lookup('a')).requiredToken
      await probe.store.expire(['x'])
      const after = (await lookup('a')).requiredToken
      expect(after.epoch).toBe(before.epoch)
      expect(after.clock).toBe(before.clock + 1)
      // A reader that began earlier must see it too.
      const [old] = await lookupAll(['a'], [milliseconds(5)])
      expect(old?.requiredToken).toEqual(after)
    })

    it('a token of another epoch is refused', async () => {
      const { clock } = await token()
      expect(await probe.store.commit('a', entryOf(), { epoch: 'another', clock })).toBe('unverifiable')
      expect(await isStored('a')).toBe(false)
    })

    it('a token from before the retention is refused', async () => {
      await recreate({ retention: 20 })
      const startToken = await token()
      await probe.store.expire(['x'])
      await advance(25)
      // The store no longer knows the first expiry, which may have been of any object.
      await probe.store.expire(['y'])
      expect(await probe.store.commit('a', entryOf({ dependencies: ['z'] }), startToken)).toBe('unverifiable')
    })

    it('a reader that began before the retention is refused', async () => {
      await recreate({ retention: 20 })
      await probe.store.expire(['x'])
      await advance(25)
      await probe.store.expire(['y'])
      await advance(1)
      const startToken = await token(milliseconds(30))
      expect(await probe.store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('unverifiable')
    })

    it('a fill that outlives expiries within the retention is accepted', async () => {
      await recreate({ retention: 20 })
      const startToken = await token()
      await advance(10)
      await probe.store.expire(['other'])
      expect(await probe.store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('committed')
    })
  })
}
