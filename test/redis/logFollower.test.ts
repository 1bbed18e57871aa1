import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { createLogFollower, type LogFollower } from '../../lib/redis/expiryFeed/logFollower.ts'
import { createLogPosition, type LogPositionRecord } from '../../lib/redis/expiryFeed/logPosition.ts'
import { loseLastExpiry } from '../support/loseLastExpiry.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }

const proxied = proxiedSite(redis, { local: false })
/** The store of another process. Its connections do not go through the proxy. */
let other: FragmentStore
let follower: LogFollower
let logPosition: LogPositionRecord
let notifications: (string | 'gap')[]
let reportedClocks: { epoch: string; clock: number }[]
const onSilence = vi.fn()
const onHistoryLost = vi.fn()

beforeEach(() => {
  other = proxied.site.open()
  notifications = []
  reportedClocks = []
})
afterEach(() => {
  follower.stop()
  vi.useRealTimers()
  onSilence.mockClear()
  onHistoryLost.mockClear()
})

function follow(maxStalenessMs = 300) {
  logPosition = createLogPosition(maxStalenessMs)
  follower = createLogFollower(proxied.connection, proxied.site.keys, {
    logPosition,
    onExpiry: (objects, clock) => notifications.push(`${clock}: ${objects.join()}`),
    onClock: (epoch, clock) => reportedClocks.push({ epoch, clock }),
    onGap: () => notifications.push('gap'),
    onSilence,
    onHistoryLost,
  })
  follower.start()
}
const isLive = () => logPosition.isLive(performance.now())
const untilLive = () => vi.waitFor(() => expect(isLive()).toBe(true), WAIT)
const untilNotified = (...all: string[]) => vi.waitFor(() => expect(notifications).toEqual(all), WAIT)

describe('a follower of the log', () => {
  it('a follower reports every expiry and refresh, in order', async () => {
    await other.expire(['before'])
    follow()
    await untilLive()
    expect(logPosition.clock).toBe(1)
    await other.expire(['x'])
    await other.refresh(['y'])
    await other.expire(['z', 'ü\u0000"'])
    await untilNotified('gap', '2: x', '3: y', '4: z,ü\u0000"')
    expect(logPosition.clock).toBe(4)
  })

  it('a follower reports the current clock, also of a history that has just begun', async () => {
    // Each read blocks for longer than the test, unless an expiry ends it.
    follow(200_000)
    await untilLive()
    expect(reportedClocks).toEqual([{ epoch: '', clock: 0 }])
    await other.lookup([{ key: 'a', ageMs: 0 }])
    await other.expire(['x'])
    await untilNotified('gap', '1: x', 'gap')
    const epoch = await redis.client.get(proxied.site.keys.epoch)
    expect(reportedClocks.at(-1)).toEqual({ epoch, clock: 1 })
    await other.expire(['y'])
    await untilNotified('gap', '1: x', 'gap', '2: y')
    expect(logPosition.epoch).toBe(epoch)
  })

  it('a follower is not live before its first reply', () => {
    follow()
    expect(isLive()).toBe(false)
    expect(logPosition.clock).toBe(-1)
  })

  it('a follower that is started several times follows once', async () => {
    follow()
    follower.start()
    await untilLive()
    follower.start()
    await other.expire(['x'])
    await untilNotified('gap', '1: x')
    await other.expire(['y'])
    await untilNotified('gap', '1: x', '2: y')
  })

  it('a follower follows a server that has no history yet', async () => {
    follow()
    await untilLive()
    await other.expire(['x'])
    await untilNotified('gap', '1: x')
  })

  it('a follower replays the expiries that it missed while its connection was cut', async () => {
    follow()
    await untilLive()
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    for (const object of ['x', 'y', 'z']) await other.expire([object])
    proxied.proxy.refuse(false)
    await untilNotified('gap', '1: x', '2: y', '3: z')
    await untilLive()
  })

  it('a follower reports a gap when the log has lost expiries that it has not read', async () => {
    follow()
    await untilLive()
    await other.expire(['x'])
    await untilNotified('gap', '1: x')
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    for (let i = 0; i < 10; i++) await other.expire([`y${i}`])
    await redis.client.xtrim(proxied.site.keys.log, 'MAXLEN', 2)
    proxied.proxy.refuse(false)
    await untilNotified('gap', '1: x', 'gap')
    await vi.waitFor(() => expect(logPosition.clock).toBe(11), WAIT)
    await other.expire(['z'])
    await untilNotified('gap', '1: x', 'gap', '12: z')
  })

  it('a follower reports a gap when another epoch has begun', async () => {
    await other.lookup([{ key: 'a', ageMs: 0, shared: true }])
    follow()
    await untilLive()
    const { epoch } = logPosition
    await other.clear()
    await untilNotified('gap', 'gap')
    await vi.waitFor(() => expect(logPosition.epoch).not.toBe(epoch), WAIT)
    await untilLive()
    await other.expire(['x'])
    await untilNotified('gap', 'gap', '1: x')
  })

  it('a follower reports a gap when the server has lost all data', async () => {
    await other.lookup([{ key: 'a', ageMs: 0, shared: true }])
    await other.expire(['x'])
    follow()
    await untilLive()
    await redis.client.flushall()
    await untilNotified('gap', 'gap')
    await vi.waitFor(() => expect(logPosition.clock).toBe(0), WAIT)
    await other.expire(['y'])
    await untilNotified('gap', 'gap', '1: y')
    await untilLive()
  })

  it('a follower reports a gap when the clock has fallen back', async () => {
    for (const object of ['x', 'y', 'z']) await other.expire([object])
    follow()
    await untilLive()
    await loseLastExpiry(redis.client, proxied.site.keys)
    await untilNotified('gap', 'gap')
    await vi.waitFor(() => expect(logPosition.clock).toBe(2), WAIT)
    expect(onHistoryLost).toHaveBeenCalledOnce()
    await other.expire(['w'])
    await untilNotified('gap', 'gap', '3: w')
    await untilLive()
  })

  it('a follower reports a loss when the clock falls back without a log', async () => {
    for (const object of ['x', 'y']) await other.expire([object])
    await redis.client.del(proxied.site.keys.log)
    follow()
    await untilLive()
    await redis.client.decr(proxied.site.keys.clock)
    await untilNotified('gap', 'gap')
    expect(onHistoryLost).toHaveBeenCalledOnce()
  })

  it('a follower reports a gap when the clock fell back and caught up again', async () => {
    for (const object of ['x', 'y', 'z']) await other.expire([object])
    follow()
    await untilLive()
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    await loseLastExpiry(redis.client, proxied.site.keys)
    await other.expire(['w'])
    expect(await redis.client.get(proxied.site.keys.clock)).toBe('3')
    proxied.proxy.refuse(false)
    await untilNotified('gap', 'gap')
    expect(onHistoryLost).toHaveBeenCalledOnce()
  })

  it('a follower reports a gap when another server has lower ids', async () => {
    await other.expire(['before'])
    const later = Date.now() + 3_600_000
    const fields = (clock: number, object: string) => ['c', clock, 'k', 'e', 'o', JSON.stringify([object])]
    await redis.client
      .multi()
      .incr(proxied.site.keys.clock)
      .xadd(proxied.site.keys.log, `${later}-0`, ...fields(2, 'x'))
      .exec()
    follow()
    await untilLive()
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    // The other server has the same clock, and has continued from there.
    const [[first] = []] = await redis.client.xrange(proxied.site.keys.log, '-', '+', 'COUNT', 1)
    await redis.client.del(proxied.site.keys.log)
    await redis.client
      .multi()
      .xadd(proxied.site.keys.log, first as string, ...fields(1, 'before'))
      .xadd(proxied.site.keys.log, '*', ...fields(2, 'y'))
      .exec()
    await other.expire(['z'])
    proxied.proxy.refuse(false)
    await untilNotified('gap', 'gap')
    await other.expire(['w'])
    await untilNotified('gap', 'gap', '4: w')
  })

  it.each([0, 1])(
    'a follower reports a gap when the whole log is lost after %i entries',
    async (readCount) => {
      for (let i = 0; i < readCount; i++) await other.expire(['x'])
      follow()
      await untilLive()
      proxied.proxy.refuse(true)
      proxied.proxy.cut()
      await other.expire(['y'])
      await redis.client.del(proxied.site.keys.log)
      proxied.proxy.refuse(false)
      await untilNotified('gap', 'gap')
      await other.expire(['z'])
      await untilNotified('gap', 'gap', `${readCount + 2}: z`)
    },
  )

  it('a follower reports a gap after an unreadable entry', async () => {
    follow()
    await untilLive()
    await redis.client
      .multi()
      .incr(proxied.site.keys.clock)
      .xadd(proxied.site.keys.log, '*', 'c', 1, 'o', 'not JSON')
      .exec()
    await untilNotified('gap', 'gap')
    await other.expire(['x'])
    await untilNotified('gap', 'gap', '2: x')
    await untilLive()
    // No expiry that the follower has read was lost.
    expect(onHistoryLost).not.toHaveBeenCalled()
  })
})

describe('the trust in a follower', () => {
  it('a follower on a jammed connection is not live until it has caught up', async () => {
    follow()
    await untilLive()
    proxied.proxy.hold()
    const heldAt = performance.now()
    // A busy process may read replies from before the hold only now.
    await vi.waitFor(() => expect(performance.now() - heldAt).toBeGreaterThan(300), WAIT)
    expect(isLive()).toBe(false)
    await other.expire(['x'])
    const notificationsWhileLive: string[][] = []
    const watch = setInterval(() => isLive() && notificationsWhileLive.push([...notifications]), 1)
    proxied.proxy.release()
    await untilLive()
    clearInterval(watch)
    // The follower is never live again without that expiry.
    for (const received of notificationsWhileLive) expect(received).toContain('1: x')
    expect(notifications).toEqual(['gap', '1: x'])
  })

  it('a follower of a dead connection is not live, and finds a new connection', async () => {
    follow()
    await untilLive()
    proxied.proxy.swallow()
    await vi.waitFor(() => expect(isLive()).toBe(false), WAIT)
    // No reply arrives within the timeout, so the client connects again.
    await other.expire(['x'])
    await untilNotified('gap', '1: x')
    await untilLive()
  })

  it('a follower is not live for longer than `maxStalenessMs` after a cut', async () => {
    follow()
    await untilLive()
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    await vi.waitFor(() => expect(isLive()).toBe(false), WAIT)
    proxied.proxy.refuse(false)
    await untilLive()
  })

  it('a follower stays live without a gap while nothing happens', async () => {
    follow()
    for (let bounds = 0; bounds < 5; bounds++) {
      await untilLive()
      // `maxStalenessMs` of real time, in which nothing happens.
      await setTimeout(300)
    }
    await untilLive()
    expect(notifications).toEqual(['gap'])
  })

  it("a follower on a new connection is not live until it has read the log's state", async () => {
    follow()
    await untilLive()
    proxied.proxy.hold('replies')
    follower.reconnect()
    expect(isLive()).toBe(false)
    await vi.waitFor(() => expect(proxied.proxy.connections).toBe(1), WAIT)
    await other.expire(['x'])
    expect(isLive()).toBe(false)
    proxied.proxy.release()
    await untilLive()
    await untilNotified('gap', '1: x')
  })
})

describe('silence', () => {
  it('silence is reported with its cause, and repeatedly while it lasts', async () => {
    follow(100)
    await untilLive()
    onSilence.mockClear()
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    await vi.waitFor(() => expect(onSilence.mock.calls.length).toBeGreaterThan(2), WAIT)
    expect(onSilence).toHaveBeenLastCalledWith(expect.objectContaining({ code: 'CC_REDIS_UNREACHABLE' }))
    proxied.proxy.refuse(false)
    await untilLive()
    expect(notifications).toEqual(['gap'])
  })

  it('a new connection alone is not reported as silence', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], shouldAdvanceTime: true })
    follow(60_000)
    await untilLive()
    vi.advanceTimersByTime(50_000)
    // The first expiry ends a read that began before the clock was moved. The second ends a read that began after.
    await other.expire(['x'])
    await untilNotified('gap', '1: x')
    await other.expire(['y'])
    await untilNotified('gap', '1: x', '2: y')
    // The follower has recorded the reply to the second read.
    await vi.waitFor(() => expect(logPosition.isLive(performance.now() + 50_000)).toBe(true), WAIT)
    onSilence.mockClear()
    proxied.proxy.refuse(true)
    follower.reconnect()
    vi.advanceTimersByTime(50_000)
    expect(onSilence).not.toHaveBeenCalled()
    expect(isLive()).toBe(false)
    proxied.proxy.refuse(false)
    await untilLive()
  })
})

it('a stopped follower opens no connection', async () => {
  follower = createLogFollower(proxied.connection, proxied.site.keys, {
    logPosition: createLogPosition(300),
    onExpiry() {},
    onGap() {},
  })
  follower.stop()
  follower.start()
  follower.reconnect()
  // A connection of the follower would have come first.
  await proxied.connection.runThroughBreaker((client) => client.ping())
  expect(proxied.proxy.connections).toBe(1)
})
