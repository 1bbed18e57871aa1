import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FragmentOptions } from '../support/fakeSite.ts'
import { isFuzzing } from '../support/propertySeed.ts'
import {
  anyOrder,
  createLocalModel,
  createMemoryModel,
  type RaceModel,
  race,
  races,
  someVisits,
  someWrites,
  type Weakness,
} from '../support/raceModel.ts'

/**
 * In every order of the steps: (a) no request sees data from before an expiry that preceded it, (b) the store keeps no
 * such data, (c) an entry depends on all objects that it shows.
 */
const scenarios = {
  'visitors and expiries': races(someVisits(), someWrites('expire')),
  'visitors, expiries and refreshes': races(someVisits(), someWrites('expire', 'refresh')),
  'fragments that grow old and renders that fail': races(
    someVisits(
      [{}, { storedByHost: true }, limitLifetime(5, 40), { ...limitLifetime(20, 40), storedByHost: true }],
      [false, false, true],
    ),
    someWrites('expire', 'refresh'),
  ),
}

/** Both in milliseconds. Each step takes one. */
function limitLifetime(staleAfter: number, discardAfter: number): FragmentOptions {
  return { ttl: staleAfter / 1_000, swr: (discardAfter - staleAfter) / 1_000 }
}

const property = (
  scenario: keyof typeof scenarios,
  weakness?: Weakness,
  createModel: () => RaceModel = createMemoryModel,
) => fc.asyncProperty(anyOrder, scenarios[scenario], (s, actors) => race(s, actors, weakness, createModel()))

describe('races', () => {
  it.each(Object.keys(scenarios) as (keyof typeof scenarios)[])(
    'rules 4, 5, 13 and 14 hold in any order of %s',
    async (scenario) => {
      await fc.assert(property(scenario), { numRuns: isFuzzing ? 800 : 300 })
    },
    120_000,
  )
})

describe('races in one process', () => {
  it.each(Object.keys(scenarios) as (keyof typeof scenarios)[])(
    'rules 4, 5, 13 and 14 hold without leases in any order of %s',
    async (scenario) => {
      await fc.assert(property(scenario, {}, createLocalModel), { numRuns: isFuzzing ? 800 : 300 })
    },
    120_000,
  )
})

describe.each([
  ['two processes', createMemoryModel],
  ['one process', createLocalModel],
])('a weakened engine in %s', (_, createModel) => {
  const findFault = async (weakness: Weakness) => {
    const { failed, errorInstance } = await fc.check(
      property('visitors and expiries', weakness, createModel),
      { numRuns: 1_000, endOnFailure: true },
    )
    return failed ? String(errorInstance) : 'no fault found'
  }

  it('stale data is found when the store has no fence', async () => {
    const storeWithoutFence: Weakness = {
      store: (store) => ({
        async commit(key, entry) {
          const [lookup] = await store.lookup([{ key, ageMs: 0, shared: true }])
          return lookup?.token ? store.commit(key, entry, lookup.token) : 'unverifiable'
        },
      }),
    }
    expect(await findFault(storeWithoutFence)).toMatch(/older [abc] than it must/)
  }, 120_000)

  it('missing dependencies are found when children do not register with parents', async () => {
    expect(await findFault({ childrenApart: true })).toMatch(
      /does not depend on [abc]|older [abc] than it must/,
    )
  }, 120_000)
})
