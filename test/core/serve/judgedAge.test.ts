import { beforeEach, expect, it } from 'vitest'
import { deferred } from '../../../lib/core/deferred.ts'
import type { Judge } from '../../../lib/core/freshness.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { type FakeClock, fakeClock } from '../../support/fakeClock.ts'
import { createSite, type ToySite } from '../../support/toySite.ts'

let clock: FakeClock
let here: ToySite
let there: ToySite
/** How old each entry was when it was judged, and how old the host was told that it is. */
let judged: { really: number; told: number }[]
beforeEach(() => {
  clock = fakeClock()
  const store = memoryStore({ name: false, now: clock.now })
  // The answer is as of a moment before it comes.
  const slow = {
    ...store,
    async lookup(requests: Parameters<typeof store.lookup>[0]) {
      const found = await store.lookup(requests)
      clock.advance(40)
      return found
    },
  }
  here = createSite({ clock, store: slow })
  there = createSite({ clock, store: { ...store } })
  judged = []
})

const judge: Judge = ({ createdAt }, told) => {
  judged.push({ really: clock.now() - createdAt, told })
  return 'fresh'
}
const expectNoneYounger = (count: number) => {
  expect(judged).toHaveLength(count)
  for (const { really, told } of judged) expect(told).toBeGreaterThanOrEqual(really)
}

it('a hit is judged by its age when the answer of the store has come', async () => {
  await (await there.request().serve('a', () => ['text'])).report
  clock.advance(500)
  const { report } = await here.request().serve('a', () => ['no hit'], { judge })
  expect(await report).toMatchObject({ outcome: 'hit' })
  expectNoneYounger(1)
})

it('so is what another process has stored while we waited for it', async () => {
  const gate = deferred<void>()
  const lead = there.request().serve('a', async function* () {
    await gate.promise
    yield 'theirs'
  })
  const leased = there.next('miss')
  await leased
  const wait = here.request().serve('a', () => ['ours'], { judge })
  await here.next('miss')
  gate.resolve()
  await (await lead).report
  expect((await wait).value).toBe('theirs')
  expectNoneYounger(1)
})
