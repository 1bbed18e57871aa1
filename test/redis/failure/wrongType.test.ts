import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isContentCacheError } from '../../../lib/core/errors.ts'
import { commitEntry, filterStored } from '../../support/commitEntry.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'
import { createNewsroom, isHit, type Newsroom } from '../../support/newsroom.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 20 }
const STORY = '"story 1"@"1"'

let site: RedisSite
let here: FakeSite
let newsroom: Newsroom
beforeEach(() => {
  site = redis.site({ local: false })
  here = createSite({ clock: realClock, store: site.open() })
  newsroom = createNewsroom()
})
afterEach(() => site.close())

/** Puts another type into a key, like a program that does not know this library. */
const obstruct = {
  list: (key: string) => redis.client.multi().del(key).rpush(key, 'foreign', 'data').exec(),
  text: (key: string) => redis.client.set(key, 'foreign data'),
}
const kinds = ['list', 'text'] as const
const places: [name: string, getKey: (site: RedisSite) => string][] = [
  ['the set of an object', ({ keys }) => keys.object('story:1')],
  ['the reverse set of a fragment', ({ keys }) => keys.reverse(keys.fragment(STORY))],
  ['a fragment', ({ keys }) => keys.fragment(STORY)],
  ['a lease', ({ keys }) => keys.lease(STORY)],
  ['the clock', ({ keys }) => keys.clock],
  ['the epoch', ({ keys }) => keys.epoch],
  ['the fence', ({ keys }) => keys.fence],
  ['the log', ({ keys }) => keys.log],
  ['the due times', ({ keys }) => keys.due],
  ['the recorded expiries', ({ keys }) => keys.paths],
]

describe.each(kinds)('a foreign %s', (kind) => {
  describe.each(places)('instead of %s', (name, getKey) => {
    it(`a foreign ${kind} instead of ${name} costs no page, and is reported`, async () => {
      await newsroom.visit(here)
      await newsroom.publish(here, 1)
      await newsroom.visit(here)
      const key = getKey(site)
      await obstruct[kind](key)
      await newsroom.visit(here)
      // The expiry succeeds, which the next visit checks, or it rejects.
      await newsroom.publish(here, 1).catch((error) => {
        expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED', cause: { code: 'CC_REDIS_REFUSED' } })
      })
      await newsroom.visit(here)
      for (const event of here.events) {
        if (event.type === 'store-error') expect(event.error).toSatisfy(isContentCacheError)
      }
      // The operator removes the key and clears the cache.
      await redis.client.del(key)
      await here.store.clear()
      for (let turn = 0; turn < 3; turn++) {
        await newsroom.visit(here)
        await newsroom.publish(here, 1)
      }
      await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
    })
  })
})

describe('a foreign key instead of a set of the index', () => {
  it('a foreign key instead of a set of the index refuses commits with its own error', async () => {
    await obstruct.list(site.keys.object('x'))
    await expect(commitEntry(here.store, 'a', { dependencies: ['w', 'x', 'y'] })).rejects.toMatchObject({
      code: 'CC_REDIS_INDEX',
    })
    expect(await filterStored(here.store, ['a'])).toEqual([])
    for (const object of ['w', 'y']) expect(await here.store.getDependents(object)).toEqual([])
  })

  it.each(['expire', 'refresh'] as const)(
    'a foreign key instead of a set of the index makes %s end the epoch',
    async (mode) => {
      await commitEntry(here.store, 'a', { dependencies: ['x'] })
      await commitEntry(here.store, 'b', { dependencies: ['y'] })
      await obstruct.list(site.keys.object('x'))
      await here.store[mode](['x'])
      expect(await filterStored(here.store, ['a', 'b'])).toEqual([])
      expect(await commitEntry(here.store, 'b', { dependencies: ['y'] })).toBe('committed')
    },
  )
})
