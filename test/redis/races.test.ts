import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createEntryCodec } from '../../lib/core/entryCodec.ts'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
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

vi.setConfig({ testTimeout: 120_000 })

const redis = redisForFile()
const site = redis.site()

/** Two processes on one Redis, for as many races as there are: each has names of its own. */
function worlds(options: RedisStoreOptions): () => RaceModel {
  let clients: RaceModel['clients'] | undefined
  let shared: FragmentStore | undefined
  let count = 0
  return () => {
    clients ??= [site.open(options), site.open(options)]
    shared ??= site.open({ local: false })
    return { clock: realClock, clients, shared, suffix: `/${JSON.stringify(options).length}/${++count}` }
  }
}

const shared = worlds({ local: false })
const strict = worlds({ local: { maxStalenessMs: 600_000 }, consistency: 'strict' })

const expiries = races(someVisits(), someWrites('expire'))
const refreshes = races(someVisits(), someWrites('expire', 'refresh'))

const property = (actors: typeof expiries, world: () => RaceModel, weakness?: Weakness) =>
  fc.asyncProperty(anyOrder, actors, (s, actors) => race(s, actors, weakness, world()))

describe('rules 4, 5, 13 and 14 hold between two clients of one Redis, in any order of', () => {
  it.each([
    ['visitors and expiries', expiries, shared],
    ['visitors, expiries and refreshes', refreshes, shared],
    ['visitors and expiries, with copies in each process, in strict mode', expiries, strict],
  ])('%s', async (_, actors, world) => {
    await fc.assert(property(actors, world), { numRuns: 100, endOnFailure: true })
  })
})

describe('the same check finds', () => {
  const fault = async (weakness: Weakness) => {
    const { failed, errorInstance } = await fc.check(property(expiries, shared, weakness), {
      numRuns: 1_000,
      endOnFailure: true,
      interruptAfterTimeLimit: 60_000,
    })
    return failed ? String(errorInstance) : 'no fault found'
  }

  it('the check finds the stale data of the scripts of 2012', async () => {
    expect(await fault({ store: as2012 })).toMatch(/older [abc] than it must/)
  })

  it('the check finds the stale data of a token that is taken after the read', async () => {
    const trustingAnybody: Weakness = {
      store: (store) => ({
        async commit(key, entry) {
          const [lookups] = await store.lookup([{ key, ageMs: 0, shared: true }])
          return lookups?.requiredToken ? store.commit(key, entry, lookups.requiredToken) : 'unverifiable'
        },
      }),
    }
    expect(await fault(trustingAnybody)).toMatch(/older [abc] than it must/)
  })
})

const codec = createEntryCodec(site.keys.fragmentPrefix)

/** The algorithm of the seed systems, a command a step. */
function as2012(_: FragmentStore, turn: (label: string) => Promise<void>): Partial<FragmentStore> {
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
      return 'committed'
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
