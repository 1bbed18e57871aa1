import { beforeEach, describe, expect, it, vi } from 'vitest'
import { commitEntry, fetchToken, filterStored } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'
import { createNewsroom, isHit, type Newsroom } from '../../support/newsroom.ts'
import { proxiedSite } from '../../support/proxiedSite.ts'
import { realClock, redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 60_000, interval: 20 }

const proxied = proxiedSite(redis)
let here: FakeSite
/** A process whose lines stay whole. */
let there: FakeSite
let newsroom: Newsroom
beforeEach(() => {
  here = createSite({
    clock: realClock,
    store: proxied.site.open({ timeout: 250, consistency: 'strict' }, proxied.proxy.port),
  })
  there = createSite({ clock: realClock, store: proxied.site.open({ local: false }) })
  newsroom = createNewsroom()
})

const worksAgain = async () => {
  await vi.waitFor(() => newsroom.publish(here, 0), WAIT)
  await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
  await newsroom.publish(there, 0)
  await newsroom.visit(here)
}

describe('a line that', () => {
  it('a cut connection costs no page, and shows nothing expired', async () => {
    await newsroom.visit(here)
    for (let cuts = 0; cuts < 3; cuts++) {
      proxied.proxy.refuse(true)
      proxied.proxy.cut()
      await newsroom.visit(here)
      await newsroom.publish(there, cuts)
      await newsroom.visit(here)
      proxied.proxy.refuse(false)
      await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
    }
    await worksAgain()
  })

  it('a connection cut again and again costs no page', async () => {
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let cuts = 0; cuts < 25; cuts++) {
          proxied.proxy.cut()
          await newsroom.visit(here)
          await newsroom.publish(there, cuts % 5)
          await newsroom.visit(here)
        }
      }),
    )
    await worksAgain()
  })

  it('a connection that goes dead silently is found to be dead', async () => {
    await newsroom.visit(here)
    proxied.proxy.swallow()
    await newsroom.visit(here)
    await newsroom.publish(there, 1)
    // All the old connections stay open and dead: only new ones help.
    await worksAgain()
  })

  // In the greeting, in the check of the server, and further on.
  it.each([1, 4_000, 12_000])(
    'a connection that breaks after %i bytes of a reply costs no page',
    async (bytes) => {
      await newsroom.visit(there)
      proxied.proxy.cutAfter(bytes)
      proxied.proxy.cut()
      for (let visits = 0; visits < 5; visits++) {
        await newsroom.visit(here)
        await newsroom.publish(there, visits)
      }
      await newsroom.publish(here, 1).catch(() => {})
      proxied.proxy.cutAfter(undefined)
      await worksAgain()
    },
  )

  it('a connection that breaks within an entry gives no part of it', async () => {
    const payload = Uint8Array.from({ length: 500_000 }, (_, i) => i & 255)
    await commitEntry(there.store, 'large', { payload })
    const read = () => here.store.lookup([{ key: 'large', ageMs: 0, shared: true }])
    proxied.proxy.cutAfter(200_000)
    await expect(read()).rejects.toMatchObject({ code: 'CC_REDIS_UNREACHABLE' })
    proxied.proxy.cutAfter(undefined)
    await vi.waitFor(async () => {
      const [lookups] = await read()
      expect(Buffer.compare(lookups?.entry?.payload ?? new Uint8Array(), payload)).toBe(0)
    }, WAIT)
  })
})

describe('a fill whose line was cut meanwhile', () => {
  it('a fill is not stored after its connection was cut: expiries may be lost', async () => {
    const token = await fetchToken(here.store)
    proxied.proxy.cut()
    await vi.waitFor(() => here.store.lookup([{ key: 'any', ageMs: 0, shared: true }]), WAIT)
    expect(await commit(here, token)).toBe('unverifiable')
    await vi.waitFor(async () => expect(await commitEntry(here.store, 'a')).toBe('committed'), WAIT)
  })

  it('a fill is stored where the connection of another process was cut', async () => {
    const token = await fetchToken(there.store)
    await fetchToken(here.store)
    proxied.proxy.cut()
    expect(await commit(there, token)).toBe('committed')
    expect(await filterStored(there.store, ['a'])).toEqual(['a'])
  })

  const commit = ({ store }: FakeSite, token: Awaited<ReturnType<typeof fetchToken>>) =>
    store.commit('a', entryOf(), token)
})
