import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import type { FragmentStore, Token } from '../../lib/core/fragmentStore.ts'
import { invalidateInStore } from '../../lib/core/invalidateInStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000 })

const redis = redisForFile()
let site: RedisSite
let store: FragmentStore
beforeEach(() => {
  site = redis.site({ local: false, batchSize: 10 })
  store = site.open()
})
afterEach(async () => {
  vi.useRealTimers()
  await site.close()
})

const names = Array.from({ length: 200 }, (_, index) => `fragment ${index}`)

it('a refresh removes a cache with 3,000 references from the index in several steps', async () => {
  const { objectPrefix: objects, reversePrefix: reverse } = site.keys
  const cache = ':1:listed everywhere'
  const sets = Array.from({ length: 3_000 }, (_, index) => `${objects}o${index}`)
  await redis.client.set(cache, 'of Django')
  await redis.client.sadd(reverse + cache, ...sets)
  for (const set of sets) await redis.client.sadd(set, cache)
  await redis.client.config('RESETSTAT')
  expect(await store.refresh(['o7'])).toBe(1)
  expect(await redis.client.exists(cache)).toBe(0)
  const [, removals = '0'] = /cmdstat_srem:calls=(\d+)/.exec(await redis.client.info('commandstats')) ?? []
  expect(Number(removals)).toBeLessThan(50)
  // Each commit continues the removal.
  for (let index = 0; index < 5; index++)
    await commitEntry(store, `fragment ${index}`, { dependencies: ['x'] })
  expect(await redis.client.exists(reverse + cache, ...sets)).toBe(0)
})

describe('a refresh of an object with many fragments', () => {
  beforeEach(async () => {
    await Promise.all(names.map((name) => commitEntry(store, name, { dependencies: ['x'] })))
  })

  it('a refresh ends although readers replace its fragments during all of it', async () => {
    const readers = site.open()
    let isOver = false
    const read = async () => {
      while (!isOver) {
        const lookups = await readers.lookup(names.map((key) => ({ key, ageMs: 0, shared: true })))
        await Promise.all(
          lookups.map(async ({ entry, markedStale, token }, index) => {
            if (entry && !markedStale) return
            const key = names[index] as string
            await readers.commit(key, entryOf({ dependencies: ['x'] }), token as never)
          }),
        )
      }
    }
    const reading = [read(), read()]
    await store.refresh(['x'])
    isOver = true
    await Promise.all(reading)
    // After the refresh, fills are stored again.
    expect(await commitEntry(store, names[0] as string, { dependencies: ['x'] })).toBe('committed')
  })

  it('a refresh in many batches marks every fragment', async () => {
    expect(await store.refresh(['x'])).toBe(names.length)
    const lookups = await store.lookup(names.map((key) => ({ key, ageMs: 0, shared: true })))
    expect(lookups.every(({ entry, markedStale }) => entry !== undefined && markedStale)).toBe(true)
  })
})

describe('a refresh of many objects', () => {
  const objects = Array.from({ length: 2_000 }, (_, index) => `object ${index}`)
  const countCommands = async (work: () => Promise<unknown>) => {
    await redis.client.config('RESETSTAT')
    await work()
    const stats = await redis.client.info('commandstats')
    const calls = [...stats.matchAll(/^cmdstat_([\w|]+):calls=(\d+)/gm)].map(
      ([, name, count]) => [name as string, Number(count)] as const,
    )
    const of = (command: string) => calls.find(([name]) => name === command)?.[1] ?? 0
    const storeWaits = calls.filter(([name]) => !/^(config|info)/.test(name))
    return { roundTrips: of('evalsha'), commands: storeWaits.reduce((sum, [, count]) => sum + count, 0) }
  }

  it('a refresh of objects without fragments costs as much as an expiry of them', async () => {
    const patient = site.open({ batchSize: 150 })
    // Loads the scripts into the server.
    await patient.expire(['x'])
    await patient.refresh(['x'])
    const expiry = await countCommands(() => patient.expire(objects))
    const refresh = await countCommands(() => patient.refresh(objects))
    expect(refresh.commands).toBeLessThanOrEqual(1.2 * expiry.commands)
    expect(refresh.roundTrips).toBe(10)
    expect(expiry.commands).toBeLessThan(1.2 * objects.length)
  })

  it('a refresh stamps and logs each object once', async () => {
    await store.refresh(objects)
    const stamped = await redis.client.zrange(site.keys.fence, '0', '-1')
    expect(stamped.filter((member) => member !== '').sort()).toEqual([...objects].sort())
    const log = await redis.client.xrange(site.keys.log, '-', '+')
    const logged = log.flatMap(([, [, , , , , list = '']]) => JSON.parse(list) as string[])
    expect(logged).toEqual(objects)
  })

  it('a refresh logs keys with any characters unchanged', async () => {
    const odd = ['a/b', 'quote " and \\', 'ü 漢 🎬', '\u007f\u0001\u2028', '%s {}']
    await store.refresh(odd)
    const [[, fields] = ['', []]] = await redis.client.xrange(site.keys.log, '-', '+')
    expect(JSON.parse(fields.at(-1) as string)).toEqual(odd)
  })

  it('a refresh continues past a key of another type, in a new epoch', async () => {
    await commitEntry(store, 'a', { dependencies: ['object 0'] })
    await commitEntry(store, 'b', { dependencies: ['object 2'] })
    const before = await redis.client.get(site.keys.epoch)
    await redis.client.set(site.keys.object('object 1'), 'text')
    expect(await store.refresh(objects)).toBe(2)
    expect(await redis.client.get(site.keys.epoch)).not.toBe(before)
    expect(await filterStored(store, ['a', 'b'])).toEqual([])
  })

  it('a refresh marks and counts each dependent fragment once, and marks no other', async () => {
    const some = ['a', 'b', 'c', 'd', 'e']
    const anyGraph = fc.record({
      // Some groups do not fit into one batch.
      groups: fc.array(
        fc.record({
          objects: fc.uniqueArray(fc.constantFrom(...some), { minLength: 1 }),
          size: fc.constantFrom(1, 2, 9, 40),
        }),
        { maxLength: 5 },
      ),
      refreshed: fc.shuffledSubarray(some, { minLength: 1 }),
      batchSize: fc.constantFrom(1, 5, 50),
    })
    await fc.assert(
      fc.asyncProperty(anyGraph, async ({ groups, refreshed, batchSize }) => {
        const customSite = redis.site({ local: false, batchSize })
        const customStore = customSite.open()
        const fragments = groups.flatMap(({ objects: dependencies, size }, group) =>
          Array.from({ length: size }, (_, index) => ({ key: `${group} ${index}`, dependencies })),
        )
        await Promise.all(
          fragments.map(({ key, dependencies }) => commitEntry(customStore, key, { dependencies })),
        )
        const shown = fragments.filter(({ dependencies }) =>
          dependencies.some((object) => refreshed.includes(object)),
        )
        // A cache of another program, which is removed.
        const foreign = `${customSite.keys.clock}:foreign`
        await redis.client.set(foreign, 'html')
        await redis.client.sadd(customSite.keys.object(refreshed[0] as string), foreign)
        expect(await customStore.refresh(refreshed)).toBe(shown.length + 1)
        expect(await redis.client.exists(foreign)).toBe(0)
        const lookups = await customStore.lookup(
          fragments.map(({ key }) => ({ key, ageMs: 0, shared: true })),
        )
        const marked = fragments.filter((_, index) => lookups[index]?.markedStale)
        expect(marked).toEqual(shown)
        await customSite.close()
      }),
      { numRuns: 40 },
    )
  })
})

describe('an expiry', () => {
  it('an expiry may take longer than the timeout when it reports progress', async () => {
    await Promise.all(names.map((name) => commitEntry(store, name, { dependencies: ['x'] })))
    // Each batch takes 150 of the 200 ms that the engine allows without progress, on a clock that only the test moves.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const slow = site.open({ batchSize: 4 })
    let batches = 0
    const engine = createEngine(
      {
        ...slow,
        expire: (objects, progress) =>
          slow.expire(objects, () => {
            batches++
            vi.advanceTimersByTime(150)
            progress?.()
          }),
      },
      { storeTimeout: 200 },
    )
    const errors: unknown[] = []
    engine.events.on((event) => event.type === 'store-error' && errors.push(event.error))
    expect(await invalidateInStore(engine, ['x'], 'expire')).toBe(names.length)
    expect(batches).toBeGreaterThan(10)
    expect(errors).toEqual([])
  })
})

/** Expires `x` again and again until a listener has received it. */
async function expireUntilReceived(received: readonly string[], other: FragmentStore) {
  await vi.waitFor(
    async () => {
      await other.expire(['x'])
      expect(received).toContain('x')
    },
    { timeout: 30_000 },
  )
}

describe('a listener of a store', () => {
  it('a listener is notified of a possible gap at once, even if other listeners throw', async () => {
    const received: string[] = []
    const onGap = vi.fn()
    const ends = [
      store.subscribe?.({
        onExpiry() {
          throw new Error('a bad listener')
        },
        onGap() {
          throw new Error('a bad listener')
        },
      }),
      store.subscribe?.({ onExpiry: (objects) => received.push(...objects), onGap }),
    ]
    expect(onGap).toHaveBeenCalledOnce()
    await expireUntilReceived(received, site.open())
    for (const end of ends) end?.()
  })

  it('the followed token has the last expiry that was received', async () => {
    expect(store.getFollowedToken?.()).toBeUndefined()
    // The first lookup begins an epoch.
    await store.lookup([{ key: 'any', ageMs: 0 }])
    const received: string[] = []
    const end = store.subscribe?.({ onExpiry: (objects) => received.push(...objects), onGap() {} })
    const other = site.open()
    await expireUntilReceived(received, other)
    const followed = store.getFollowedToken?.() as Token
    await other.expire(['story'])
    expect(await store.commit('a', entryOf({ dependencies: ['story'] }), followed)).toBe('fenced')
    expect(await store.commit('b', entryOf({ dependencies: ['another'] }), followed)).toBe('committed')
    end?.()
  })

  it('a listener is notified again and again while Redis is silent', async () => {
    const disconnected = site.open({ local: { maxStalenessMs: 50 }, timeout: 50 }, 1)
    const onGap = vi.fn()
    const end = disconnected.subscribe?.({ onExpiry() {}, onGap })
    await vi.waitFor(() => expect(onGap.mock.calls.length).toBeGreaterThan(3), { timeout: 30_000 })
    expect(onGap.mock.calls.at(-1)?.[0]).toBeInstanceOf(Error)
    end?.()
  })
})
