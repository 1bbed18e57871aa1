import { describe } from 'vitest'
import { describeCommits } from './parts/describeCommits.ts'
import { describeExpiries } from './parts/describeExpiries.ts'
import { describeFence } from './parts/describeFence.ts'
import { describeLeases } from './parts/describeLeases.ts'
import { describeLookups } from './parts/describeLookups.ts'
import { probeStore, type StoreUnderTest, type StoreWanted } from './storeProbe.ts'

/**
 * What a `FragmentStore` must do, whatever it is made of. Every store runs this suite.
 *
 * All times are in units of the store's own. Where the store's clock runs on by itself, a step may take up
 * to ten units more than it should and the outcome is still the same.
 */
export function describeStore(
  name: string,
  makeStore: (wanted: StoreWanted) => StoreUnderTest | Promise<StoreUnderTest>,
): void {
  describe(`${name} as a store`, () => {
    const probe = probeStore(makeStore)
    describeLookups(probe)
    describeCommits(probe)
    describeFence(probe)
    describeExpiries(probe)
    describeLeases(probe)
  })
}
