import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createKeyedWaiters, type KeyedWaiters } from '../../lib/core/keyedWaiters.ts'

let waiters: KeyedWaiters
beforeEach(() => {
  waiters = createKeyedWaiters()
})

describe('a waiter', () => {
  it('a waiter is called once, with all others of its key', () => {
    const [first, second, other] = [vi.fn(), vi.fn(), vi.fn()]
    waiters.add('a', first)
    waiters.add('a', second)
    waiters.add('b', other)
    waiters.wake('a')
    waiters.wake('a')
    expect(first).toHaveBeenCalledOnce()
    expect(second).toHaveBeenCalledOnce()
    expect(other).not.toHaveBeenCalled()
  })

  it('a waiter is not called after it was removed', () => {
    const [removed, remaining] = [vi.fn(), vi.fn()]
    const remove = waiters.add('a', removed)
    waiters.add('a', remaining)
    remove()
    remove()
    waiters.wake('a')
    expect(removed).not.toHaveBeenCalled()
    expect(remaining).toHaveBeenCalledOnce()
  })

  it('a waiter that removes itself when called leaves newer waiters of its key', () => {
    const next = vi.fn()
    const remove = waiters.add('a', () => {
      waiters.add('a', next)
      remove()
    })
    waiters.wake('a')
    expect(next).not.toHaveBeenCalled()
    waiters.wake('a')
    expect(next).toHaveBeenCalledOnce()
  })

  it('waiters are empty when each was called or removed', () => {
    expect(waiters.isEmpty).toBe(true)
    waiters.add('a', vi.fn())
    const remove = waiters.add('b', vi.fn())
    waiters.wake('a')
    expect(waiters.isEmpty).toBe(false)
    remove()
    expect(waiters.isEmpty).toBe(true)
  })

  it('the waiters of all keys can be called at once', () => {
    const [first, second] = [vi.fn(), vi.fn()]
    waiters.add('a', first)
    waiters.add('b', second)
    waiters.wakeAll()
    expect(first).toHaveBeenCalledOnce()
    expect(second).toHaveBeenCalledOnce()
  })
})
