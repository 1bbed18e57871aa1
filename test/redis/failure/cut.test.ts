import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { commitEntry } from '../../support/commitEntry.ts'
import { proxiedSite } from '../../support/proxiedSite.ts'
import { redisForFile } from '../../support/redisStores.ts'
import type { ProxiedConnection } from '../../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }

const proxied = proxiedSite(redis)
let here: FragmentStore
/** The store of a process whose connections are not cut. */
let there: FragmentStore
beforeEach(async () => {
  there = proxied.site.open({ local: false })
  // Begins an epoch. Without an epoch no copies are kept.
  await there.lookup([{ key: 'any', ageMs: 0 }])
  // No test reaches this `maxStalenessMs`, so a copy that is not served was dropped for another reason.
  here = proxied.site.open({ local: { maxStalenessMs: 600_000 }, timeout: 1_000 }, proxied.proxy.port)
  for (const [key, object] of Object.entries({ a: 'x', b: 'y' })) {
    await commitEntry(there, key, { dependencies: [object] })
    await vi.waitFor(async () => expect(await findSource(key)).toBe('copy'), WAIT)
  }
})

async function findSource(key: string) {
  const [lookup] = await here.lookup([{ key, ageMs: 0 }])
  if (lookup?.entry === undefined) return 'nothing'
  return lookup.token === undefined ? 'copy' : 'from Redis'
}

describe('a cut of the log connection', () => {
  const carriesLog = (link: ProxiedConnection) => link.hasSent('xread')
  /** This connection would also report the deletions, so it is held up. */
  const carriesDeletions = (link: ProxiedConnection) => link.hasSent('tracking')

  it('the replay of the log removes the copies of expired fragments only', async () => {
    proxied.proxy.hold('replies', carriesDeletions)
    proxied.proxy.refuse(true)
    proxied.proxy.cut(carriesLog)
    for (let i = 0; i < 300; i++) await there.expire([`other ${i}`])
    await there.expire(['x'])
    expect(await findSource('a')).toBe('copy')
    proxied.proxy.refuse(false)
    await vi.waitFor(async () => expect(await findSource('a')).toBe('nothing'), WAIT)
    expect(await findSource('b')).toBe('copy')
  })

  it('all copies are removed when a part of the log is lost', async () => {
    proxied.proxy.hold('replies', carriesDeletions)
    proxied.proxy.refuse(true)
    proxied.proxy.cut(carriesLog)
    for (let i = 0; i < 10; i++) await there.expire([`other ${i}`])
    await redis.client.xtrim(proxied.site.keys.log, 'MAXLEN', 2)
    proxied.proxy.refuse(false)
    await vi.waitFor(async () => expect(await findSource('b')).toBe('from Redis'), WAIT)
  })
})

describe('a cut of every connection', () => {
  it('all copies are removed when every connection is cut', async () => {
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    await redis.client.del(proxied.site.keys.fragment('a'))
    await there.expire(['y'])
    proxied.proxy.refuse(false)
    // Lookups fail until the main connection is back.
    for (const key of ['a', 'b']) {
      await vi.waitFor(async () => expect(await findSource(key)).toBe('nothing'), WAIT)
    }
    await commitEntry(there, 'a', { dependencies: ['x'] })
    await vi.waitFor(async () => expect(await findSource('a')).toBe('copy'), WAIT)
    await there.expire(['x'])
    await vi.waitFor(async () => expect(await findSource('a')).toBe('nothing'), WAIT)
  })
})
