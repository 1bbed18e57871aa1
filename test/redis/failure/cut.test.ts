import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/store.ts'
import { proxiedSite } from '../../support/proxiedSite.ts'
import { put } from '../../support/put.ts'
import { redisForFile } from '../../support/redisStores.ts'
import type { Link } from '../../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const soon = { timeout: 30_000, interval: 5 }

const line = proxiedSite(redis)
let here: FragmentStore
/** A process whose lines stay whole. */
let there: FragmentStore
beforeEach(async () => {
  there = line.site.open({ local: false })
  // Begins the epoch, which copies are of.
  await there.lookup([{ key: 'any', age: 0 }])
  // A bound that no test reaches: what is not served is not served for another reason.
  here = line.site.open({ local: { bound: 600_000 }, timeout: 1_000 }, line.proxy.port)
  for (const [key, object] of Object.entries({ a: 'x', b: 'y' })) {
    await put(there, key, { dependencies: [object] })
    await vi.waitFor(async () => expect(await answerOf(key)).toBe('copy'), soon)
  }
})

async function answerOf(key: string) {
  const [found] = await here.lookup([{ key, age: 0 }])
  if (found?.entry === undefined) return 'nothing'
  return found.token === undefined ? 'copy' : 'from Redis'
}

describe('while the log cannot be followed', () => {
  const log = (link: Link) => link.said('xread')
  /** Would tell of some of it too. */
  const deletions = (link: Link) => link.said('tracking')

  it('copies of what is expired go when it is replayed, and the others stay', async () => {
    line.proxy.hold('replies', deletions)
    line.proxy.refuse(true)
    line.proxy.cut(log)
    for (let i = 0; i < 300; i++) await there.expire([`other ${i}`])
    await there.expire(['x'])
    expect(await answerOf('a')).toBe('copy')
    line.proxy.refuse(false)
    await vi.waitFor(async () => expect(await answerOf('a')).toBe('nothing'), soon)
    expect(await answerOf('b')).toBe('copy')
  })

  it('copies go all together when some of what was missed is lost', async () => {
    line.proxy.hold('replies', deletions)
    line.proxy.refuse(true)
    line.proxy.cut(log)
    for (let i = 0; i < 10; i++) await there.expire([`other ${i}`])
    await redis.client.xtrim(line.site.keys.log, 'MAXLEN', 2)
    line.proxy.refuse(false)
    await vi.waitFor(async () => expect(await answerOf('b')).toBe('from Redis'), soon)
  })
})

describe('while every line is cut', () => {
  it('copies go, since what others have deleted meanwhile leaves no trace', async () => {
    line.proxy.refuse(true)
    line.proxy.cut()
    await redis.client.del(line.site.keys.fragment('a'))
    await there.expire(['y'])
    line.proxy.refuse(false)
    // Lookups fail until the main line is back.
    for (const key of ['a', 'b']) {
      await vi.waitFor(async () => expect(await answerOf(key)).toBe('nothing'), soon)
    }
    await put(there, 'a', { dependencies: ['x'] })
    await vi.waitFor(async () => expect(await answerOf('a')).toBe('copy'), soon)
    await there.expire(['x'])
    await vi.waitFor(async () => expect(await answerOf('a')).toBe('nothing'), soon)
  })
})
