import { expect, it, vi } from 'vitest'
import { lazyStore } from '../../lib/core/lazyStore.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { describeStore } from '../store/suite.ts'
import { fakeClock } from '../support/fakeClock.ts'
import { put } from '../support/put.ts'

const unit = 1_000

describeStore('lazyStore', ({ retention }) => {
  const clock = fakeClock()
  const store = lazyStore('memory', async () =>
    memoryStore({ name: false, now: clock.now, retention: retention * unit }),
  )
  return { store, unit, open: () => ({ ...store }), advance: clock.advance, close() {} }
})

it('a store is loaded once, when it is first used', async () => {
  const load = vi.fn(async () => memoryStore({ name: false }))
  const store = lazyStore('memory', load)
  expect(load).not.toHaveBeenCalled()
  await Promise.all([put(store, 'a'), put(store, 'b')])
  expect(load).toHaveBeenCalledOnce()
  expect(store.kind).toBe('memory')
})

it('every use of a store that cannot be loaded says why', async () => {
  const store = lazyStore('redis', () => Promise.reject(new Error('no such store')))
  await expect(store.lookup([])).rejects.toThrow('no such store')
  await expect(store.expire(['x'])).rejects.toThrow('no such store')
})
