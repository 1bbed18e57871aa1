import { describe, expect, it } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { MAX_RECORDED_OBJECTS } from '../../../lib/core/protocol.gen.ts'
import type { StoreProbe } from '../storeProbe.ts'

const path = (name: string) => `next/tag:_N_T_/${name}`

/** The last expiries of Next's paths, which a store keeps for longer than the retention. */
export function describeRecordedExpiries(probe: StoreProbe): void {
  const { advance, put, recreate, token } = probe
  const getLastExpiry = async (objects: readonly string[], from: FragmentStore = probe.store) => {
    const last = await from.getLastExpiry?.(objects)
    // Without other clients, the memory of the process has the same answer.
    expect(await from.getLastExpiry?.(objects, { shared: true })).toBe(last)
    return last as number
  }

  describe('getLastExpiry', () => {
    it('the last expiry of paths that were never expired is 0', async () => {
      await put('a', [path('a')])
      expect(await getLastExpiry([path('a'), path('b')])).toBe(0)
      expect(await getLastExpiry([])).toBe(0)
    })

    it('the last expiry of a path is between the clocks before and after it', async () => {
      const before = await token()
      await probe.store.expire([path('a')])
      await advance(1)
      const after = await token()
      const last = await getLastExpiry([path('b'), path('a')])
      expect(last).toBeGreaterThan(before.clock)
      expect(last).toBeLessThanOrEqual(after.clock)
    })

    it('a second expiry of a path raises its last expiry', async () => {
      await probe.store.expire([path('a'), path('b')])
      const first = await getLastExpiry([path('a')])
      await probe.store.expire([path('a')])
      expect(await getLastExpiry([path('a')])).toBeGreaterThan(first)
      expect(await getLastExpiry([path('b')])).toBe(first)
    })

    it('expiries of other objects do not raise the last expiry of a path', async () => {
      await probe.store.expire(['x', path('b'), path('a/b'), 'next/tag:a'])
      expect(await getLastExpiry([path('a'), path('')])).toBe(0)
    })

    it('objects that are no paths have no last expiry', async () => {
      await probe.store.expire(['x', 'next/tag:a'])
      expect(await getLastExpiry(['x', 'next/tag:a'])).toBe(0)
    })

    it('a refresh does not count as the expiry of a path', async () => {
      await probe.store.refresh([path('a')])
      expect(await getLastExpiry([path('a')])).toBe(0)
      await probe.store.expire([path('a')])
      const last = await getLastExpiry([path('a')])
      await probe.store.refresh([path('a')])
      expect(await getLastExpiry([path('a')])).toBe(last)
    })

    it('the last expiry of a path outlasts the retention', async () => {
      await recreate({ retention: 5 })
      await probe.store.expire([path('a')])
      const last = await getLastExpiry([path('a')])
      await advance(20)
      // Trims the expiries from before the retention.
      await probe.store.expire(['x', path('b')])
      expect(await getLastExpiry([path('a')])).toBe(last)
      expect(await getLastExpiry([path('c')])).toBe(0)
    })

    it('the last expiry of a path is known to another client', async () => {
      await probe.store.expire([path('a')])
      const last = await getLastExpiry([path('a')])
      expect(await getLastExpiry([path('a')], await probe.open())).toBe(last)
    })

    it('expiries of more paths than are recorded raise the floor for all others', async () => {
      await probe.store.expire([path('first')])
      const first = await getLastExpiry([path('first')])
      await probe.store.expire([path('second')])
      const second = await getLastExpiry([path('second')])
      const others = Array.from({ length: MAX_RECORDED_OBJECTS - 1 }, (_, index) => path(`other ${index}`))
      await probe.store.expire(others)
      // One record was trimmed.
      expect(await getLastExpiry([path('never')])).toBe(first)
      expect(await getLastExpiry([path('first')])).toBe(first)
      expect(await getLastExpiry([path('second')])).toBe(second)
      await probe.store.expire([path('third')])
      expect(await getLastExpiry([path('never')])).toBe(second)
    }, 60_000)

    it('a fragment that is stored after a clear shows all expiries of paths', async () => {
      await probe.store.expire([path('a')])
      await probe.store.clear()
      await advance(1)
      const { clock } = await token()
      expect(await getLastExpiry([path('a')])).toBeLessThanOrEqual(clock)
      await probe.store.expire([path('a')])
      expect(await getLastExpiry([path('a')])).toBeGreaterThan(clock)
    })
  })
}
