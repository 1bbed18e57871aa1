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
/** A process whose connections do not go through the proxy. */
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

const expectRecovery = async () => {
  await vi.waitFor(() => newsroom.publish(here, 0), WAIT)
  await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
  await newsroom.publish(there, 0)
  await newsroom.visit(here)
}

describe('a broken connection', () => {
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
    await expectRecovery()
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
    await expectRecovery()
  })

  it('a connection that dies silently is replaced', async () => {
    await newsroom.visit(here)
    proxied.proxy.swallow()
    await newsroom.visit(here)
    await newsroom.publish(there, 1)
    // The old connections stay open and dead, so only new ones help.
    await expectRecovery()
  })

  // In the first replies, in the check of the server, and later.
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
      await expectRecovery()
    },
  )

  it('a connection that breaks within an entry returns no part of it', async () => {
    const payload = Uint8Array.from({ length: 500_000 }, (_, i) => i & 255)
    await commitEntry(there.store, 'large', { payload })
    const read = () => here.store.lookup([{ key: 'large', ageMs: 0, shared: true }])
    proxied.proxy.cutAfter(200_000)
    await expect(read()).rejects.toMatchObject({ code: 'CC_REDIS_UNREACHABLE' })
    proxied.proxy.cutAfter(undefined)
    await vi.waitFor(async () => {
      const [lookup] = await read()
      expect(Buffer.compare(lookup?.entry?.payload ?? new Uint8Array(), payload)).toBe(0)
    }, WAIT)
  })
})

describe('a fill during which a connection was cut', () => {
  it('a fill is refused after a cut, because the next server may lack expiries', async () => {
    const token = await fetchToken(here.store)
    proxied.proxy.cut()
    await vi.waitFor(() => here.store.lookup([{ key: 'any', ageMs: 0, shared: true }]), WAIT)
    expect(await commit(here, token)).toBe('unverifiable')
    await vi.waitFor(async () => expect(await commitEntry(here.store, 'a')).toBe('committed'), WAIT)
  })

  it('a fill is stored when only the connection of another process was cut', async () => {
    const token = await fetchToken(there.store)
    await fetchToken(here.store)
    proxied.proxy.cut()
    expect(await commit(there, token)).toBe('committed')
    expect(await filterStored(there.store, ['a'])).toEqual(['a'])
  })

  const commit = ({ store }: FakeSite, token: Awaited<ReturnType<typeof fetchToken>>) =>
    store.commit('a', entryOf(), token)
})
