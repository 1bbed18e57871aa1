import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FragmentOptions } from '../support/fakeSite.ts'
import { anyOrder, race, races, someVisits, someWrites, type Weakness } from '../support/raceModel.ts'

/**
 * In whatever order the steps come: (a) no request sees what is older than an expiry that it came after,
 * (b) nothing older is left in the store, (c) what is stored depends on all that it shows.
 */
const scenarios = {
  'visitors and expiries': races(someVisits(), someWrites('expire')),
  'visitors, expiries and refreshes': races(someVisits(), someWrites('expire', 'refresh')),
  'fragments that grow old and renders that fail': races(
    someVisits(
      [{}, { storedByHost: true }, ttl(5, 40), { ...ttl(20, 40), storedByHost: true }],
      [false, false, true],
    ),
    someWrites('expire', 'refresh'),
  ),
}

/** In milliseconds, of which each step takes one. */
function ttl(stale: number, discardAfter: number): FragmentOptions {
  return { ttl: stale / 1_000, swr: (discardAfter - stale) / 1_000 }
}

const property = (scenario: keyof typeof scenarios, weakness?: Weakness) =>
  fc.asyncProperty(anyOrder, scenarios[scenario], (s, actors) => race(s, actors, weakness))

describe('rules 4, 5, 13 and 14 hold in any order of', () => {
  it.each(Object.keys(scenarios) as (keyof typeof scenarios)[])(
    '%s',
    async (scenario) => {
      await fc.assert(property(scenario), { numRuns: 800 })
    },
    120_000,
  )
})

describe('the same check finds', () => {
  const fault = async (weakness: Weakness) => {
    const { failed, errorInstance } = await fc.check(property('visitors and expiries', weakness), {
      numRuns: 1_000,
      endOnFailure: true,
    })
    return failed ? String(errorInstance) : 'no fault found'
  }

  it('the stale data that a store without a fence lets in', async () => {
    const trustingAnybody: Weakness = {
      store: (store) => ({
        async commit(key, entry) {
          const [lookup] = await store.lookup([{ key, ageMs: 0, shared: true }])
          return lookup?.token ? store.commit(key, entry, lookup.token) : 'unverifiable'
        },
      }),
    }
    expect(await fault(trustingAnybody)).toMatch(/older [abc] than it must/)
  }, 120_000)

  it('the dependencies that children keep to themselves', async () => {
    expect(await fault({ childrenApart: true })).toMatch(/does not depend on [abc]|older [abc] than it must/)
  }, 120_000)
})
