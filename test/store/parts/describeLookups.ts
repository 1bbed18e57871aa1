import { describe, expect, it } from 'vitest'
import { entryOf } from '../../support/entries.ts'
import type { StoreProbe } from '../storeProbe.ts'

/** Lookups, asynchronous and synchronous. */
export function describeLookups(probe: StoreProbe): void {
  const { advance, lookup, lookupAll, milliseconds, put, token } = probe

  describe('lookup', () => {
    it('a lookup answers in the order of its keys, with a gap for a missing entry', async () => {
      await probe.store.commit('a', entryOf({ name: 'A' }), await token())
      await probe.store.commit('b', entryOf({ name: 'B' }), await token())
      const lookups = await lookupAll(['b', 'none', 'a', 'b'])
      expect(lookups.map(({ entry }) => entry?.name)).toEqual(['B', undefined, 'A', 'B'])
    })

    it('a lookup of no keys answers with an empty list', async () => {
      expect(await probe.store.lookup([])).toEqual([])
    })

    it('a lookup gives the time of the store, which never goes back', async () => {
      const before = await lookup('a')
      await advance(5)
      const after = await lookup('a')
      expect(after.now - before.now).toBeGreaterThanOrEqual(milliseconds(5))
      // Far more than the step can be late, so this finds another unit of time.
      expect(after.now - before.now).toBeLessThan(milliseconds(500))
    })

    it('a lookup gives every key of a batch the same time', async () => {
      const lookups = await lookupAll(Array.from({ length: 50 }, (_, i) => `k${i}`))
      expect(new Set(lookups.map(({ now }) => now)).size).toBe(1)
    })
  })

  describe('lookupSync', () => {
    const lookupSync = (key: string) => probe.store.lookupSync?.(key)?.entry

    it('lookupSync returns a stored entry, or nothing', async () => {
      await put('a', ['x'])
      expect(lookupSync('b')).toBeUndefined()
      expect([undefined, (await lookup('a')).entry]).toContainEqual(lookupSync('a'))
    })

    it.each(['expire', 'refresh'] as const)('lookupSync returns nothing after: %s', async (mode) => {
      await put('a', ['x'])
      await probe.store[mode](['x'])
      expect(lookupSync('a')).toBeUndefined()
    })

    it('lookupSync returns no entry that is stale by age', async () => {
      const { now, token } = await lookup('a')
      const lifetime = {
        createdAt: now,
        staleAt: now + milliseconds(5),
        discardAt: now + milliseconds(1_000),
      }
      await probe.store.commit('a', entryOf(lifetime), token)
      await advance(5)
      expect(lookupSync('a')).toBeUndefined()
      expect((await lookup('a')).entry).toBeDefined()
    })

    it('lookupSync returns nothing after a clear', async () => {
      await put('a', ['x'])
      await probe.store.clear()
      expect(lookupSync('a')).toBeUndefined()
    })
  })
}
