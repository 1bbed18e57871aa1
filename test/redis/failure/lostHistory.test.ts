import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore, Token } from '../../../lib/core/fragmentStore.ts'
import { commitEntry, fetchToken } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { createSite, register } from '../../support/fakeSite.ts'
import { loseLastExpiry } from '../../support/loseLastExpiry.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000 })

const redis = redisForFile()
/** Much longer than a lookup takes on a busy machine. */
const LONG = 2_000
const WAIT = { timeout: 30_000, interval: 5 }

let site: RedisSite
let store: FragmentStore
beforeEach(() => {
  site = redis.site({ local: false })
  store = site.open()
})
afterEach(() => site.close())

const commit = (token: Token) => store.commit('a', entryOf({ dependencies: ['x'] }), token)

/** Of a process that was told nothing of the clock, and whose reader began so many milliseconds ago. */
async function tokenOfStranger(ageMs: number): Promise<Token> {
  const [lookups] = await site.open().lookup([{ key: 'a', ageMs, shared: true }])
  return lookups?.token as Token
}

describe('where the fence was lost', () => {
  it('a fill that began before is not stored, and one that begins after is', async () => {
    await store.expire(['other'])
    const before = await fetchToken(store)
    await store.expire(['x'])
    await redis.client.del(site.keys.fence)
    expect(await commit(before)).toBe('unverifiable')
    await store.expire(['another'])
    expect(await commit(before)).toBe('unverifiable')
    expect(await commitEntry(store, 'a', { dependencies: ['x'] })).toBe('committed')
  })

  it('an expiry that comes first remembers that too', async () => {
    const before = await fetchToken(store)
    await store.expire(['x'])
    await redis.client.del(site.keys.fence)
    await store.expire(['other'])
    expect(await commit(before)).toBe('unverifiable')
    expect(await commitEntry(store, 'a', { dependencies: ['x'] })).toBe('committed')
  })
})

describe('where the server lost an expiry', () => {
  it('what was heard of it vouches for no fill that began before the next', async () => {
    await fetchToken(store)
    for (const object of ['y', 'z']) await store.expire([object])
    // It follows the log, and asks for nothing yet.
    const here = site.open()
    const missed = vi.fn()
    here.subscribe?.({ onExpiry() {}, onGap: missed })
    await vi.waitFor(() => expect(missed).toHaveBeenCalledTimes(2), WAIT)
    await loseLastExpiry(redis.client, site.keys)
    await vi.waitFor(() => expect(missed).toHaveBeenCalledTimes(3), WAIT)
    const startedAt = performance.now()
    // It gets the number of the one that was lost.
    await store.expire(['x'])
    const [{ token } = {}] = await here.lookup([
      { key: 'a', ageMs: performance.now() - startedAt, shared: true },
    ])
    const committed = await here.commit('a', entryOf({ dependencies: ['x'] }), token as Token)
    expect(committed).not.toBe('committed')
  })
})

describe('where the log was lost', () => {
  const lose = () => redis.client.del(site.keys.log)
  const losePart = () => redis.client.xtrim(site.keys.log, 'MAXLEN', 1)
  const expireAnother = () => store.expire(['other'])

  it.each([
    ['all of it', [lose]],
    ['all of it, before another expiry', [lose, expireAnother]],
    ['some of it', [expireAnother, expireAnother, losePart]],
  ])('a fill that began before an expiry is not stored: %s', async (_, steps) => {
    await fetchToken(store)
    await store.expire(['x'])
    for (const step of steps) await step()
    expect(await commit(await tokenOfStranger(LONG))).not.toBe('committed')
  })

  it.each([
    ['all of it', [lose]],
    ['all of it, before another expiry', [lose, expireAnother]],
    ['some of it', [expireAnother, expireAnother, losePart]],
  ])('one that begins after is stored in the end: %s', async (_, steps) => {
    const other = site.open()
    await store.expire(['x'])
    for (const step of steps) await step()
    // Once its process has been told how the clock stands.
    await vi.waitFor(
      async () => expect(await commitEntry(other, 'a', { dependencies: ['x'] })).toBe('committed'),
      {
        timeout: 30_000,
        interval: 20,
      },
    )
  })
})

describe('where another history has begun', () => {
  it('a fill that has read in both is not stored, and the next one is', async () => {
    const here = createSite({ clock: realClock, store })
    const show = async (meanwhile: () => Promise<unknown>) => {
      const page = here.request()
      const { report } = await page.serve('parent', async function* () {
        await meanwhile()
        yield await page.fragment('child', () => {
          register('x')
          return ['child']
        })
      })
      return report
    }
    const report = await show(() => site.open().clear())
    expect(report).toMatchObject({ outcome: 'miss', stored: false, reason: 'unverifiable' })
    expect(await show(async () => {})).toMatchObject({ outcome: 'miss', stored: true })
  })
})
