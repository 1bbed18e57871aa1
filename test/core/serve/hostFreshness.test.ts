import { beforeEach, expect, it } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import type { HostFreshnessCheck } from '../../../lib/core/freshness.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { type FakeClock, fakeClock } from '../../support/fakeClock.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'

let clock: FakeClock
let here: FakeSite
let there: FakeSite
/** The age of each entry when the host checked it, and the age that the host received. */
let checks: { actualAge: number; reportedAge: number }[]
beforeEach(() => {
  clock = fakeClock()
  // With leases, as a store that other processes share.
  const store = { ...memoryStore({ name: false, now: clock.now }), isLocal: false }
  // The lookup takes time after the store has read the entry.
  const slow = {
    ...store,
    async lookup(requests: Parameters<typeof store.lookup>[0]) {
      const lookups = await store.lookup(requests)
      clock.advance(40)
      return lookups
    },
  }
  here = createSite({ clock, store: slow })
  there = createSite({ clock, store: { ...store } })
  checks = []
})

const checkHostFreshness: HostFreshnessCheck = ({ createdAt }, reportedAge) => {
  checks.push({ actualAge: clock.now() - createdAt, reportedAge })
  return 'fresh'
}
const expectNoAgeTooLow = (count: number) => {
  expect(checks).toHaveLength(count)
  for (const { actualAge, reportedAge } of checks) expect(reportedAge).toBeGreaterThanOrEqual(actualAge)
}

it('the host checks a hit by its age when the answer has arrived', async () => {
  await (await there.request().serve('a', () => ['text'])).report
  clock.advance(500)
  const { report } = await here.request().serve('a', () => ['no hit'], { checkHostFreshness })
  expect(await report).toMatchObject({ outcome: 'hit' })
  expectNoAgeTooLow(1)
})

it('the host checks an entry that another process stored during the wait', async () => {
  const gate = createDeferred<void>()
  const lead = there.request().serve('a', async function* () {
    await gate.promise
    yield 'remote'
  })
  const leased = there.next('miss')
  await leased
  const wait = here.request().serve('a', () => ['local'], { checkHostFreshness })
  await here.next('miss')
  gate.resolve()
  await (await lead).report
  expect((await wait).value).toBe('remote')
  expectNoAgeTooLow(1)
})
