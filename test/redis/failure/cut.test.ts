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
/** A process whose lines stay whole. */
let there: FragmentStore
beforeEach(async () => {
  there = proxied.site.open({ local: false })
  // Begins the epoch, which copies are of.
  await there.lookup([{ key: 'any', ageMs: 0 }])
  // A bound that no test reaches: what is not served is not served for another reason.
  here = proxied.site.open({ local: { maxStalenessMs: 600_000 }, timeout: 1_000 }, proxied.proxy.port)
  for (const [key, object] of Object.entries({ a: 'x', b: 'y' })) {
    await commitEntry(there, key, { dependencies: [object] })
    await vi.waitFor(async () => expect(await answerOf(key)).toBe('copy'), WAIT)
  }
})

async function answerOf(key: string) {
  const [lookups] = await here.lookup([{ key, ageMs: 0 }])
  if (lookups?.entry === undefined) return 'nothing'
  return lookups.token === undefined ? 'copy' : 'from Redis'
}

describe('while the log cannot be followed', () => {
  const log = (link: ProxiedConnection) => link.hasSent('xread')
  /** Would tell of some of it too. */
  const deletions = (link: ProxiedConnection) => link.hasSent('tracking')

  it('the copies of expired fragments go at the replay, and the others stay', async () => {
    proxied.proxy.hold('replies', deletions)
    proxied.proxy.refuse(true)
    proxied.proxy.cut(log)
    for (let i = 0; i < 300; i++) await there.expire([`other ${i}`])
    await there.expire(['x'])
    expect(await answerOf('a')).toBe('copy')
    proxied.proxy.refuse(false)
    await vi.waitFor(async () => expect(await answerOf('a')).toBe('nothing'), WAIT)
    expect(await answerOf('b')).toBe('copy')
  })

  it('all copies go when a part of the log is lost', async () => {
    proxied.proxy.hold('replies', deletions)
    proxied.proxy.refuse(true)
    proxied.proxy.cut(log)
    for (let i = 0; i < 10; i++) await there.expire([`other ${i}`])
    await redis.client.xtrim(proxied.site.keys.log, 'MAXLEN', 2)
    proxied.proxy.refuse(false)
    await vi.waitFor(async () => expect(await answerOf('b')).toBe('from Redis'), WAIT)
  })
})

describe('while every line is cut', () => {
  it('all copies go when every connection is cut', async () => {
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    await redis.client.del(proxied.site.keys.fragment('a'))
    await there.expire(['y'])
    proxied.proxy.refuse(false)
    // Lookups fail until the main line is back.
    for (const key of ['a', 'b']) {
      await vi.waitFor(async () => expect(await answerOf(key)).toBe('nothing'), WAIT)
    }
    await commitEntry(there, 'a', { dependencies: ['x'] })
    await vi.waitFor(async () => expect(await answerOf('a')).toBe('copy'), WAIT)
    await there.expire(['x'])
    await vi.waitFor(async () => expect(await answerOf('a')).toBe('nothing'), WAIT)
  })
})
