import { describe, expect, it } from 'vitest'
import type { Token } from '../../../lib/core/fragmentStore.ts'
import { entryOf } from '../../support/entries.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import type { StoreProbe } from '../storeProbe.ts'

/** Rule 17: one fill per site. */
export function describeLeases(probe: StoreProbe): void {
  const { advance, lookup, milliseconds, token } = probe

  describe('leases (rule 17)', () => {
    const lease = async (key: string, startToken: Token, from = probe.store) =>
      from.lease(key, { requiredToken: startToken, wasMiss: false }, milliseconds(30))

    it('a lease is held by one client at a time, key by key', async () => {
      const other = await probe.open()
      const startToken = await token()
      expect(await lease('a', startToken)).toBeTypeOf('string')
      expect(await lease('a', startToken, other)).toBeUndefined()
      expect(await lease('b', startToken, other)).toBeTypeOf('string')
    })

    it('a released lease is free again', async () => {
      const startToken = await token()
      const held = (await lease('a', startToken)) as string
      await probe.store.release([{ key: 'a', lease: held }])
      expect(await lease('a', startToken)).toBeTypeOf('string')
    })

    it('a lease is not granted when the fragment was stored since the lookup', async () => {
      const other = await probe.open()
      const { token: startToken } = await lookup('a')
      const request = { requiredToken: startToken, wasMiss: true }
      await probe.store.commit('a', entryOf({ dependencies: ['x'] }), startToken)
      expect(await other.lease('a', request, milliseconds(30))).toBeUndefined()
      expect(await other.lease('a', { ...request, wasMiss: false }, milliseconds(30))).toBeTypeOf('string')
      await probe.store.expire(['x'])
      const after = { requiredToken: (await lookup('a')).requiredToken, wasMiss: true }
      expect(await other.lease('a', after, milliseconds(30))).toBeTypeOf('string')
    })

    it('a lookup acquires the lease that it asks for when nothing is stored', async () => {
      const other = await probe.open()
      const startToken = await token()
      await probe.store.commit('stored', entryOf(), startToken)
      const ask = async (from = probe.store) => {
        const keys = ['a', 'stored']
        const lookups = await from.lookup(
          keys.map((key) => ({ key, ageMs: 0, shared: true, leaseMs: milliseconds(30) })),
        )
        return lookups.map(({ lease: reply }) => reply)
      }
      // The other client knows the time of a shared server afterwards.
      await other.lookup([{ key: 'any', ageMs: 0 }])
      const [held, none] = await ask()
      expect([held, none]).toMatchObject([{ isGranted: true }, undefined])
      expect(await ask(other)).toEqual([{ isGranted: false }, undefined])
      await probe.store.release([{ key: 'a', lease: held?.isGranted ? held.lease : '' }])
      expect(await ask(other)).toMatchObject([{ isGranted: true }, undefined])
    })

    it('a lease is free again after its time', async () => {
      const startToken = await token()
      await lease('a', startToken)
      await advance(20)
      expect(await lease('a', startToken)).toBeUndefined()
      await advance(20)
      expect(await lease('a', startToken)).toBeTypeOf('string')
    })

    it('a lease goes to a fill that began after an expiry and its holder before', async () => {
      const before = await token()
      await lease('a', before)
      await probe.store.expire(['x'])
      await advance(1)
      const after = await token()
      expect(await lease('a', after)).toBeTypeOf('string')
      expect(await lease('a', before)).toBeUndefined()
      expect(await lease('a', after)).toBeUndefined()
    })

    it('a lease does not end when a former holder releases it', async () => {
      const first = (await lease('a', await token())) as string
      await probe.store.expire(['x'])
      await advance(1)
      const after = await token()
      await lease('a', after)
      await probe.store.release([{ key: 'a', lease: first }])
      expect(await lease('a', after)).toBeUndefined()
    })

    it('a lease is not released by a wrong id, or by the id of another key', async () => {
      const startToken = await token()
      await lease('a', startToken)
      const other = (await lease('b', startToken)) as string
      await probe.store.release([{ key: 'a', lease: 'wrong' }])
      await probe.store.release([{ key: 'a', lease: other }])
      await probe.store.release([{ key: 'never leased', lease: other }])
      expect(await lease('a', startToken)).toBeUndefined()
    })

    it('a lease has a new id each time', async () => {
      const startToken = await token()
      const first = (await lease('a', startToken)) as string
      await probe.store.release([{ key: 'a', lease: first }])
      const second = (await lease('a', startToken)) as string
      await probe.store.release([{ key: 'a', lease: first }])
      expect(second).not.toBe(first)
      expect(await lease('a', startToken)).toBeUndefined()
    })

    it('a released lease wakes its waiters', async () => {
      const other = await probe.open()
      const request = { requiredToken: await token(), wasMiss: false }
      const held = (await probe.store.lease('a', request, 60_000)) as string
      const woken: string[] = []
      const waiting = Object.entries({ here: probe.store, elsewhere: other }).map(async ([place, store]) => {
        await store.waitForRelease('a', 60_000)
        woken.push(place)
      })
      // A store that did not wait would answer before these lookups.
      for (const store of [probe.store, other, probe.store, other]) await lookup('a', 0, store)
      await flushEventLoop()
      expect(woken).toEqual([])
      await probe.store.release([{ key: 'a', lease: held }])
      await Promise.all(waiting)
      expect(woken.sort()).toEqual(['elsewhere', 'here'])
    })

    it('a wait for a lease ends at its limit', async () => {
      const startToken = await token()
      await lease('a', startToken)
      await probe.store.waitForRelease('a', 5)
      expect(await lease('a', startToken)).toBeUndefined()
    })

    it('a wait for a free lease ends at once', async () => {
      const startedAt = performance.now()
      await probe.store.waitForRelease('free', 60_000)
      const held = (await lease('a', await token())) as string
      await probe.store.release([{ key: 'a', lease: held }])
      await probe.store.waitForRelease('a', 60_000)
      expect(performance.now() - startedAt).toBeLessThan(30_000)
    })
  })
}
