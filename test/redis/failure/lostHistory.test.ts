import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore, Token } from '../../../lib/core/fragmentStore.ts'
import { commitEntry, fetchToken } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { createSite, register } from '../../support/fakeSite.ts'
import { loseLastExpiry } from '../../support/loseLastExpiry.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000 })

const redis = redisForFile()
/** The age of a reader that began before the test, even on a busy machine. */
const LONG_AGE_MS = 60_000
const WAIT = { timeout: 30_000, interval: 5 }

let site: RedisSite
let store: FragmentStore
beforeEach(() => {
  site = redis.site({ local: false })
  store = site.open()
})
afterEach(() => site.close())

const commit = (token: Token) => store.commit('a', entryOf({ dependencies: ['x'] }), token)

/** Returns the token of a process that has not received any clock yet. `ageMs` is the age of its reader. */
async function fetchTokenElsewhere(ageMs: number): Promise<Token> {
  const [lookup] = await site.open().lookup([{ key: 'a', ageMs, shared: true }])
  return lookup?.token as Token
}

describe('a lost fence', () => {
  it('a fill from before the loss of the fence is refused, and a later one is stored', async () => {
    await store.expire(['other'])
    const before = await fetchToken(store)
    await store.expire(['x'])
    await redis.client.del(site.keys.fence)
    expect(await commit(before)).toBe('unverifiable')
    await store.expire(['another'])
    expect(await commit(before)).toBe('unverifiable')
    expect(await commitEntry(store, 'a', { dependencies: ['x'] })).toBe('committed')
  })

  it('a fill from before the loss of the fence is refused after another expiry too', async () => {
    const before = await fetchToken(store)
    await store.expire(['x'])
    await redis.client.del(site.keys.fence)
    await store.expire(['other'])
    expect(await commit(before)).toBe('unverifiable')
    expect(await commitEntry(store, 'a', { dependencies: ['x'] })).toBe('committed')
  })
})

describe('a lost expiry', () => {
  it('a fill is refused when only a lost expiry made its clock high enough', async () => {
    await fetchToken(store)
    for (const object of ['y', 'z']) await store.expire([object])
    // This process follows the log, and has not looked up anything yet.
    const here = site.open()
    const onGap = vi.fn()
    here.subscribe?.({ onExpiry() {}, onGap })
    await vi.waitFor(() => expect(onGap).toHaveBeenCalledTimes(2), WAIT)
    await loseLastExpiry(redis.client, site.keys)
    await vi.waitFor(() => expect(onGap).toHaveBeenCalledTimes(3), WAIT)
    const startedAt = performance.now()
    // This expiry gets the clock of the lost one.
    await store.expire(['x'])
    const [{ token } = {}] = await here.lookup([
      { key: 'a', ageMs: performance.now() - startedAt, shared: true },
    ])
    const committed = await here.commit('a', entryOf({ dependencies: ['x'] }), token as Token)
    expect(committed).not.toBe('committed')
  })
})

describe('a lost log', () => {
  const loseLog = () => redis.client.del(site.keys.log)
  const loseStart = () => redis.client.xtrim(site.keys.log, 'MAXLEN', 1)
  const expireAnother = () => store.expire(['other'])

  it.each([
    ['the whole log', [loseLog]],
    ['the whole log, and another expiry', [loseLog, expireAnother]],
    ['the start of the log', [expireAnother, expireAnother, loseStart]],
  ])('a fill that began before an expiry is refused after the loss of %s', async (_, steps) => {
    await fetchToken(store)
    await store.expire(['x'])
    for (const step of steps) await step()
    expect(await commit(await fetchTokenElsewhere(LONG_AGE_MS))).not.toBe('committed')
  })

  it.each([
    ['the whole log', [loseLog]],
    ['the whole log, and another expiry', [loseLog, expireAnother]],
    ['the start of the log', [expireAnother, expireAnother, loseStart]],
  ])('a fill that begins later is stored in the end after the loss of %s', async (_, steps) => {
    const other = site.open()
    await store.expire(['x'])
    for (const step of steps) await step()
    // The first lookups show the process the current clock.
    await vi.waitFor(
      async () => expect(await commitEntry(other, 'a', { dependencies: ['x'] })).toBe('committed'),
      {
        timeout: 30_000,
        interval: 20,
      },
    )
  })
})

describe('a new history', () => {
  it('a fill that has read in two histories is refused, and the next one is stored', async () => {
    const here = createSite({ clock: realClock, store })
    const show = async (actFirst: () => Promise<unknown>) => {
      const page = here.request()
      const { report } = await page.serve('parent', async function* () {
        await actFirst()
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
