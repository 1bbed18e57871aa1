import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { commitEntry, fetchToken } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { createSite, type FakeSite, register } from '../../support/fakeSite.ts'
import { createNewsroom, isHit } from '../../support/newsroom.ts'
import { type OtherProcess, startProcess } from '../../support/otherProcess.ts'
import type { Lifetime } from '../../support/otherSite.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const hour = 3_600_000
const WAIT = { timeout: 30_000, interval: 20 }

let site: RedisSite
let here: FakeSite
beforeEach(() => {
  site = redis.site({ local: false })
  here = createSite({ clock: realClock, store: site.open() })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await site.close()
})

describe.each([
  ['ahead', hour],
  ['behind', -hour],
])('a machine whose clock is an hour %s', (direction, offset) => {
  let process: OtherProcess
  const shared = {
    namespace: `clocks ${direction}`,
    objectPrefix: `${direction}:o:`,
    reversePrefix: `${direction}:s:`,
  }
  beforeAll(async () => {
    process = await startProcess({ port: redis.server.port, options: { ...shared, local: false } }, offset)
  })
  afterAll(() => process.kill())
  beforeEach(() => {
    here = createSite({ clock: realClock, store: site.open(shared) })
  })

  const showHere = async (name: string, text: string, object: string, times: Lifetime = {}) => {
    const children = () => {
      register(object)
      return [text]
    }
    const { value, report } = await here.request().serve(name, children, times)
    return { value, ...(await report) }
  }
  const there = () => process.site
  const expectYoung = (age: number | null) => {
    expect(age).toBeGreaterThanOrEqual(0)
    // Far from the hour by which the clocks differ.
    expect(age).toBeLessThan(60)
  }

  it(`the machine has a clock that is an hour ${direction}`, async () => {
    expect(Math.abs((await there().time()) - Date.now() - offset)).toBeLessThan(60_000)
  })

  it(`a machine with its clock ${direction} agrees with others on the age of entries`, async () => {
    expect(await there().show('remote', 'new', 'x')).toMatchObject({ outcome: 'miss', stored: true })
    const remoteEntry = await showHere('remote', 'no hit', 'x')
    expect(remoteEntry).toMatchObject({ value: 'new', outcome: 'hit' })
    expectYoung(remoteEntry.ageSeconds)
    await showHere('local', 'new', 'x')
    const localEntry = await there().show('local', 'no hit', 'x')
    expect(localEntry).toMatchObject({ value: 'new', outcome: 'hit' })
    expectYoung(localEntry.ageSeconds)
  })

  it(`a machine with its clock ${direction} agrees with others on staleness`, async () => {
    const lasting = { ttl: 600, swr: 600 }
    const brief = { ttl: 0.5, swr: 600 }
    const gone = { ttl: 0.5 }
    for (const show of [showHere, there().show]) {
      await show(`lasting ${show === showHere}`, 'new', 'x', lasting)
      await show(`brief ${show === showHere}`, 'new', 'x', brief)
      await show(`gone ${show === showHere}`, 'new', 'x', gone)
    }
    // Lets Redis' own clock run past the first lifetime.
    await setTimeout(600)
    // Each machine shows the entries of the other, and each entry only once, because a stale hit starts a fill.
    for (const [show, isFromHere] of [
      [showHere, false],
      [there().show, true],
    ] as const) {
      expect(await show(`lasting ${isFromHere}`, 'no hit', 'x', lasting)).toMatchObject({ outcome: 'hit' })
      const stale = await show(`brief ${isFromHere}`, 'newer', 'x', brief)
      expect(stale).toMatchObject({ outcome: 'stale', reason: 'ttl', value: 'new' })
      expectYoung(stale.ageSeconds)
      expect(await show(`gone ${isFromHere}`, 'newer', 'x', gone)).toMatchObject({
        outcome: 'miss',
        value: 'newer',
      })
    }
  })

  it(`a machine with its clock ${direction} refuses exactly the fills before an expiry`, async () => {
    const x = { dependencies: ['x'] }
    const before = await there().token()
    const localToken = await fetchToken(here.store)
    await here.expire('x')
    expect(await here.store.commit('a', entryOf(x), before)).toBe('fenced')
    expect(await here.store.commit('a', entryOf(x), localToken)).toBe('fenced')
    await vi.waitFor(async () => expect(await there().commitEntry('a', x)).toBe('committed'), WAIT)
    const since = await fetchToken(here.store)
    expect(await there().expire('x')).toBe(1)
    expect(await here.store.commit('a', entryOf(x), since)).toBe('fenced')
    await vi.waitFor(async () => expect(await commitEntry(here.store, 'a', x)).toBe('committed'), WAIT)
  })
})

it('a clock that jumps back and forth changes nothing', async () => {
  const realNow = Date.now
  const jumps = fc.sample(fc.integer({ min: -hour, max: hour }), 1_000)
  let readings = 0
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + (jumps[readings++ % jumps.length] ?? 0))
  const newsroom = createNewsroom()
  for (let turn = 0; turn < 20; turn++) {
    await newsroom.visit(here)
    await newsroom.publish(here, turn % 5)
  }
  await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
})
