import { describe, expect, it } from 'vitest'
import { evaluateFreshness } from '../../../lib/core/freshness.ts'
import { entryOf } from '../../support/entries.ts'
import type { StoreProbe } from '../storeProbe.ts'

/** Expiries, refreshes and a clear of the whole store. */
export function describeExpiries(probe: StoreProbe): void {
  const { advance, isStored, lookup, lookupAll, milliseconds, put, token } = probe
  const isReadable = async (key: string) => evaluateFreshness(await lookup(key)).state !== 'unusable'

  describe('expire', () => {
    it('an expiry makes every fragment of the object unreadable, and no other', async () => {
      await put('a', ['x'])
      await put('b', ['x', 'y'])
      await put('c', ['y'])
      expect(await probe.store.expire(['x'])).toBe(2)
      const lookups = await lookupAll(['a', 'b', 'c'])
      expect(lookups.map(({ entry }) => entry !== undefined)).toEqual([false, false, true])
    })

    it('an expiry counts a fragment once, although it names several of its objects', async () => {
      await put('a', ['x', 'y', 'x'])
      await put('b', ['y', 'z'])
      expect(await probe.store.expire(['x', 'y', 'y', 'z'])).toBe(2)
    })

    it('a second expiry has nothing to remove', async () => {
      await put('a', ['x'])
      await probe.store.expire(['x'])
      expect(await probe.store.expire(['x'])).toBe(0)
    })

    it('an expiry removes the fragment from the index of its other objects', async () => {
      await put('a', ['x', 'y'])
      await probe.store.expire(['x'])
      expect(await probe.store.getDependents('y')).toEqual([])
      expect(await probe.store.expire(['y'])).toBe(0)
    })

    it('an expiry of an empty list removes nothing', async () => {
      await put('a', ['x'])
      expect(await probe.store.expire([])).toBe(0)
      expect(await isStored('a')).toBe(true)
    })

    it('an expiry reaches ten thousand fragments', async () => {
      const startToken = await token()
      const keys = Array.from({ length: 10_000 }, (_, i) => `fragment ${i}`)
      await Promise.all(
        keys.map((key) => probe.store.commit(key, entryOf({ dependencies: ['x', key] }), startToken)),
      )
      expect(await probe.store.getDependents('x')).toHaveLength(10_000)
      expect(await probe.store.expire(['x'])).toBe(10_000)
      const lookups = await lookupAll(keys)
      expect(lookups.filter(({ entry }) => entry)).toEqual([])
      expect(await probe.store.getDependents('x')).toEqual([])
    }, 60_000)

    it('an expiry accepts ten thousand objects at once', async () => {
      const objects = Array.from({ length: 10_000 }, (_, i) => `object:${i}`)
      const startToken = await token()
      await put('a', ['object:9999'])
      expect(await probe.store.expire(objects)).toBe(1)
      expect(await probe.store.commit('a', entryOf({ dependencies: ['object:5000'] }), startToken)).toBe(
        'fenced',
      )
    }, 60_000)
  })

  describe('refresh', () => {
    it('a refresh of many objects marks each of their fragments once, and no other', async () => {
      const objects = Array.from({ length: 500 }, (_, index) => `object ${index}`)
      await Promise.all([
        put('both', ['object 3', 'object 499']),
        put('last', ['object 499']),
        put('other', ['object 500']),
      ])
      expect(await probe.store.refresh(objects)).toBe(2)
      const lookups = await lookupAll(['both', 'last', 'other'])
      expect(lookups.map(({ markedStale }) => markedStale)).toEqual([true, true, false])
      expect(lookups.every(({ entry }) => entry !== undefined)).toBe(true)
    })

    it('a refresh leaves the fragments readable and marks them', async () => {
      await put('a', ['x'])
      await put('b', ['y'])
      expect((await lookup('a')).markedStale).toBe(false)
      expect(await probe.store.refresh(['x', 'x'])).toBe(1)
      expect(await lookup('a')).toMatchObject({ markedStale: true, entry: { name: 'section' } })
      expect(await lookup('b')).toMatchObject({ markedStale: false })
    })

    it('a refresh mark is removed by the commit of a fill that began later', async () => {
      await put('a', ['x'])
      await probe.store.refresh(['x'])
      await advance(1)
      expect(await put('a', ['x'])).toBe('committed')
      expect((await lookup('a')).markedStale).toBe(false)
    })

    it('a refresh does not prevent an expiry', async () => {
      await put('a', ['x'])
      await probe.store.refresh(['x'])
      expect(await probe.store.expire(['x'])).toBe(1)
      expect(await isStored('a')).toBe(false)
    })

    it('a refresh with a deadline leaves its fragments readable until then', async () => {
      await put('a', ['x', 'y'])
      await put('b', ['y'])
      expect(await probe.store.refresh(['x'], undefined, { discardAfterMs: milliseconds(20) })).toBe(1)
      expect(await lookup('a')).toMatchObject({ markedStale: true, entry: { name: 'section' } })
      await advance(5)
      expect(await isReadable('a')).toBe(true)
      await advance(25)
      expect(await isReadable('a')).toBe(false)
      expect(await isReadable('b')).toBe(true)
      expect(await probe.store.expire(['x'])).toBe(0)
    })

    it('a deadline also holds for a fragment that was marked stale before', async () => {
      await put('a', ['x', 'y'])
      await probe.store.refresh(['x'])
      await probe.store.refresh(['y'], undefined, { discardAfterMs: milliseconds(10) })
      expect(await isReadable('a')).toBe(true)
      await advance(20)
      expect(await isReadable('a')).toBe(false)
    })

    it('a later refresh does not postpone a deadline', async () => {
      await put('a', ['x'])
      await probe.store.refresh(['x'], undefined, { discardAfterMs: milliseconds(10) })
      await probe.store.refresh(['x'], undefined, { discardAfterMs: milliseconds(1_000) })
      await probe.store.refresh(['x'])
      await advance(20)
      expect(await isReadable('a')).toBe(false)
    })

    it('a fragment that was replaced before the deadline stays readable', async () => {
      await put('a', ['x'])
      await probe.store.refresh(['x'], undefined, { discardAfterMs: milliseconds(10) })
      await advance(1)
      expect(await put('a', ['x'])).toBe('committed')
      await advance(20)
      expect(await isReadable('a')).toBe(true)
      expect((await lookup('a')).markedStale).toBe(false)
    })

    it('a deadline does not extend the lifetime of a fragment', async () => {
      const { now, token: startToken } = await lookup('a')
      const entry = entryOf({ createdAt: now, discardAt: now + milliseconds(15), dependencies: ['x'] })
      await probe.store.commit('a', entry, startToken)
      await probe.store.refresh(['x'], undefined, { discardAfterMs: milliseconds(1_000) })
      await advance(25)
      expect(await isReadable('a')).toBe(false)
    })

    it('a refresh does not mark a fragment of the same key after an expiry', async () => {
      await put('a', ['x'])
      await probe.store.refresh(['x'])
      await probe.store.expire(['x'])
      await advance(1)
      await put('a', ['x'])
      expect((await lookup('a')).markedStale).toBe(false)
    })
  })

  describe('getDependents', () => {
    it("getDependents returns the keys of the object's fragments", async () => {
      await put('a', ['x', 'y'])
      await put('b', ['x'])
      expect((await probe.store.getDependents('x')).sort()).toEqual(['a', 'b'])
      expect(await probe.store.getDependents('y')).toEqual(['a'])
      expect(await probe.store.getDependents('z')).toEqual([])
    })
  })

  describe('clear', () => {
    it('clear removes everything', async () => {
      await put('a', ['x'])
      const startToken = await token()
      await probe.store.lease('a', { requiredToken: startToken, wasMiss: false }, 30_000)
      await probe.store.clear()
      expect(await isStored('a')).toBe(false)
      expect(await probe.store.getDependents('x')).toEqual([])
      expect(
        await probe.store.lease('a', { requiredToken: await token(), wasMiss: false }, 30_000),
      ).toBeTypeOf('string')
    })

    it('clear starts a new epoch, so that pending fills are not stored', async () => {
      const startToken = await token()
      await probe.store.clear()
      expect((await token()).epoch).not.toBe(startToken.epoch)
      expect(await probe.store.commit('a', entryOf(), startToken)).toBe('unverifiable')
    })

    it('clear leaves a store that works', async () => {
      await probe.store.clear()
      expect(await put('a', ['x'])).toBe('committed')
      expect(await probe.store.expire(['x'])).toBe(1)
    })
  })
}
