import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import { expireInStore } from '../../lib/core/expire.ts'
import type { FragmentStore } from '../../lib/core/store.ts'
import { entryOf } from '../support/entries.ts'
import { put } from '../support/put.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000 })

const redis = redisForFile()
let site: RedisSite
let store: FragmentStore
beforeEach(() => {
  site = redis.site({ local: false, batchSize: 10 })
  store = site.open()
})
afterEach(() => site.close())

const names = Array.from({ length: 200 }, (_, index) => `fragment ${index}`)

describe('a refresh of very many', () => {
  beforeEach(async () => {
    await Promise.all(names.map((name) => put(store, name, { dependencies: ['x'] })))
  })

  it('ends although readers replace what it has marked, all the while', async () => {
    const readers = site.open()
    let over = false
    const read = async () => {
      while (!over) {
        const found = await readers.lookup(names.map((key) => ({ key, age: 0, shared: true })))
        await Promise.all(
          found.map(async ({ entry, refreshed, token }, index) => {
            if (entry && !refreshed) return
            const key = names[index] as string
            await readers.commit(key, entryOf({ dependencies: ['x'] }), token as never)
          }),
        )
      }
    }
    const reading = [read(), read()]
    await store.refresh(['x'])
    over = true
    await Promise.all(reading)
    // They can again once it is over.
    expect(await put(store, names[0] as string, { dependencies: ['x'] })).toBe('committed')
  })

  it('marks all', async () => {
    expect(await store.refresh(['x'])).toBe(names.length)
    const found = await store.lookup(names.map((key) => ({ key, age: 0, shared: true })))
    expect(found.every(({ entry, refreshed }) => entry !== undefined && refreshed)).toBe(true)
  })
})

describe('an expiry', () => {
  it('may take longer than the engine bears silence, as it tells of its progress', async () => {
    await Promise.all(names.map((name) => put(store, name, { dependencies: ['x'] })))
    // Each batch takes most of what the engine bears, on a clock that no busy machine can move.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const slow = site.open({ batchSize: 4 })
    const engine = createEngine(
      {
        ...slow,
        expire: (objects, progress) =>
          slow.expire(objects, () => {
            vi.advanceTimersByTime(150)
            progress?.()
          }),
      },
      { storeTimeout: 200 },
    )
    const errors: unknown[] = []
    engine.events.on((event) => event.type === 'store-error' && errors.push(event.error))
    expect(await expireInStore(engine, ['x'])).toBe(names.length)
    expect(errors).toEqual([])
  })
})

describe('who follows', () => {
  it('is told at once that it may have missed something, and of expiries however another listener fails', async () => {
    const heard: string[] = []
    const missed = vi.fn()
    const ends = [
      store.follow?.({
        expired() {
          throw new Error('a bad listener')
        },
        missed() {
          throw new Error('a bad listener')
        },
      }),
      store.follow?.({ expired: (objects) => heard.push(...objects), missed }),
    ]
    expect(missed).toHaveBeenCalledOnce()
    const other = site.open()
    await vi.waitFor(
      async () => {
        await other.expire(['x'])
        expect(heard).toContain('x')
      },
      { timeout: 20_000 },
    )
    for (const end of ends) end?.()
  })

  it('is told again and again while nothing is heard', async () => {
    const deaf = site.open({ local: { bound: 50 }, timeout: 50 }, 1)
    const missed = vi.fn()
    const end = deaf.follow?.({ expired() {}, missed })
    await vi.waitFor(() => expect(missed.mock.calls.length).toBeGreaterThan(3), { timeout: 20_000 })
    expect(missed.mock.calls.at(-1)?.[0]).toBeInstanceOf(Error)
    end?.()
  })
})
