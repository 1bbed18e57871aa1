import { describe } from 'vitest'
import { describeCommits } from './parts/describeCommits.ts'
import { describeExpiries } from './parts/describeExpiries.ts'
import { describeFence } from './parts/describeFence.ts'
import { describeLeases } from './parts/describeLeases.ts'
import { describeLookups } from './parts/describeLookups.ts'
import { describeRecordedExpiries } from './parts/describeRecordedExpiries.ts'
import { probeStore, type StoreRequirements, type StoreUnderTest } from './storeProbe.ts'

/**
 * The behaviour of every `FragmentStore`. Every store runs this suite.
 *
 * All times are in units of the store. A step of a store on a real clock may be late by up to ten units without another
 * outcome.
 */
export function describeStore(
  name: string,
  createStore: (requirements: StoreRequirements) => StoreUnderTest | Promise<StoreUnderTest>,
): void {
  describe(`${name} as a store`, () => {
    const probe = probeStore(createStore)
    describeLookups(probe)
    describeCommits(probe)
    describeFence(probe)
    describeExpiries(probe)
    describeRecordedExpiries(probe)
    describeLeases(probe)
  })
}
