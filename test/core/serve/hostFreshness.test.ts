import { beforeEach, expect, it } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import type { HostFreshnessCheck } from '../../../lib/core/freshness.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { type FakeClock, fakeClock } from '../../support/fakeClock.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'

let clock: FakeClock
let here: FakeSite
let there: FakeSite
/** How old each entry was when it was judged, and how old the host was told that it is. */
let checks: { actualAge: number; reportedAge: number }[]
beforeEach(() => {
  clock = fakeClock()
  const store = memoryStore({ name: false, now: clock.now })
  // The answer is as of a moment before it comes.
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
const expectNoneYounger = (count: number) => {
  expect(checks).toHaveLength(count)
  for (const { actualAge, reportedAge } of checks) expect(reportedAge).toBeGreaterThanOrEqual(actualAge)
}

it('a hit is judged by its age when the answer of the store has come', async () => {
  await (await there.request().serve('a', () => ['text'])).report
  clock.advance(500)
  const { report } = await here.request().serve('a', () => ['no hit'], { checkHostFreshness })
  expect(await report).toMatchObject({ outcome: 'hit' })
  expectNoneYounger(1)
})

it('the host also judges an entry that another process stored during the wait', async () => {
  const gate = createDeferred<void>()
  const lead = there.request().serve('a', async function* () {
    await gate.promise
    yield 'theirs'
  })
  const leased = there.next('miss')
  await leased
  const wait = here.request().serve('a', () => ['ours'], { checkHostFreshness })
  await here.next('miss')
  gate.resolve()
  await (await lead).report
  expect((await wait).value).toBe('theirs')
  expectNoneYounger(1)
})
