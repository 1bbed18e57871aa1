import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createEntryCodec } from '../../lib/core/entryCodec.ts'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import { isFuzzing } from '../support/propertySeed.ts'
import {
  anyOrder,
  type RaceModel,
  race,
  races,
  someVisits,
  someWrites,
  type Weakness,
} from '../support/raceModel.ts'
import { realClock, redisForFile } from '../support/redisStores.ts'

// Ends only a test that hangs. The number of runs bounds the work, and on a busy machine a run may take long.
vi.setConfig({ testTimeout: 600_000 })

const redis = redisForFile()
const site = redis.site()

/** Returns a function that makes a world for one race: two processes on one Redis, with names of its own. */
function createWorlds(options: RedisStoreOptions): () => RaceModel {
  let clients: RaceModel['clients'] | undefined
  let shared: FragmentStore | undefined
  let count = 0
  return () => {
    clients ??= [site.open(options), site.open(options)]
    shared ??= site.open({ local: false })
    return { clock: realClock, clients, shared, suffix: `/${JSON.stringify(options).length}/${++count}` }
  }
}

const shared = createWorlds({ local: false })
const strict = createWorlds({ local: { maxStalenessMs: 600_000 }, consistency: 'strict' })

const expiries = races(someVisits(), someWrites('expire'))
const refreshes = races(someVisits(), someWrites('expire', 'refresh'))

const property = (actors: typeof expiries, world: () => RaceModel, weakness?: Weakness) =>
  fc.asyncProperty(anyOrder, actors, (s, actors) => race(s, actors, weakness, world()))

describe('races between two clients of one Redis', () => {
  it.each([
    ['visitors and expiries', expiries, shared],
    ['visitors, expiries and refreshes', refreshes, shared],
    ['visitors and expiries, with strict copies', expiries, strict],
  ])('rules 4, 5, 13 and 14 hold in any order of %s', async (_, actors, world) => {
    await fc.assert(property(actors, world), { numRuns: isFuzzing ? 200 : 50, endOnFailure: true })
  })
})

describe('the check of the races', () => {
  const findFault = async (weakness: Weakness) => {
    const { failed, errorInstance } = await fc.check(property(expiries, shared, weakness), {
      numRuns: 1_000,
      endOnFailure: true,
    })
    return failed ? String(errorInstance) : 'no fault found'
  }

  it('the check finds the stale data of the 2012 algorithm', async () => {
    expect(await findFault({ store: replaceBy2012Algorithm })).toMatch(/older [abc] than it must/)
  })

  it('the check finds the stale data of tokens that are taken after the read', async () => {
    const withLateTokens: Weakness = {
      store: (store) => ({
        async commit(key, entry) {
          const [lookups] = await store.lookup([{ key, ageMs: 0, shared: true }])
          return lookups?.requiredToken ? store.commit(key, entry, lookups.requiredToken) : 'unverifiable'
        },
      }),
    }
    expect(await findFault(withLateTokens)).toMatch(/older [abc] than it must/)
  })
})

const codec = createEntryCodec(site.keys.fragmentPrefix)

/** The algorithm of the 2012 programs. Each command is a step of its own. */
function replaceBy2012Algorithm(
  _: FragmentStore,
  turn: (label: string) => Promise<void>,
): Partial<FragmentStore> {
  const { client } = redis
  const { keys } = site
  return {
    async commit(key, entry, token) {
      const redisKey = keys.fragment(key)
      await client.set(redisKey, codec.encode(key, entry, token.epoch))
      for (const object of entry.dependencies) {
        await turn('sadd')
        await client.sadd(keys.object(object), redisKey)
        await client.sadd(keys.reverse(redisKey), keys.object(object))
      }
      return 'committed' as const
    },
    async expire([object]) {
      const set = keys.object(object as string)
      const members = await client.smembers(set)
      for (const member of members) {
        await turn('del')
        await client.del(member)
        for (const other of await client.smembers(keys.reverse(member))) await client.srem(other, member)
        await client.del(keys.reverse(member))
      }
      return members.length
    },
  }
}
