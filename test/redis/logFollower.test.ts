import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import {
  createFollowedHistory,
  type FollowedHistoryRecord,
} from '../../lib/redis/expiryFeed/followedHistory.ts'
import { createLogFollower, type LogFollower } from '../../lib/redis/expiryFeed/logFollower.ts'
import { loseLastExpiry } from '../support/loseLastExpiry.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }

const proxied = proxiedSite(redis, { local: false })
/** Another process, which the disturbances of this one do not reach. */
let other: FragmentStore
let follower: LogFollower
let history: FollowedHistoryRecord
let notifications: (string | 'gap')[]
let known: { epoch: string; clock: number }[]
const onSilence = vi.fn()
const onHistoryLost = vi.fn()

beforeEach(() => {
  other = proxied.site.open()
  notifications = []
  known = []
})
afterEach(() => {
  follower.stop()
  vi.useRealTimers()
  onSilence.mockClear()
  onHistoryLost.mockClear()
})

function follow(maxSilenceMs = 300) {
  history = createFollowedHistory(maxSilenceMs)
  follower = createLogFollower(proxied.connection, proxied.site.keys, {
    history,
    onExpiry: (objects, clock) => notifications.push(`${clock}: ${objects.join()}`),
    onClock: (epoch, clock) => known.push({ epoch, clock }),
    onGap: () => notifications.push('gap'),
    onSilence,
    onHistoryLost,
  })
  follower.start()
}
const isLive = () => history.isLive(performance.now())
const untilLive = () => vi.waitFor(() => expect(isLive()).toBe(true), WAIT)
const untilNotified = (...all: string[]) => vi.waitFor(() => expect(notifications).toEqual(all), WAIT)

describe('a follower of the log', () => {
  it('a follower reports every expiry and refresh, in order', async () => {
    await other.expire(['before'])
    follow()
    await untilLive()
    expect(history.clock).toBe(1)
    await other.expire(['x'])
    await other.refresh(['y'])
    await other.expire(['z', 'ü\u0000"'])
    await untilNotified('gap', '2: x', '3: y', '4: z,ü\u0000"')
    expect(history.clock).toBe(4)
  })

  it('a follower knows the current clock, also of a new history', async () => {
    // No read comes round by itself for longer than is waited for here.
    follow(200_000)
    await untilLive()
    expect(known).toEqual([{ epoch: '', clock: 0 }])
    await other.lookup([{ key: 'a', ageMs: 0 }])
    await other.expire(['x'])
    await untilNotified('gap', '1: x', 'gap')
    const epoch = await redis.client.get(proxied.site.keys.epoch)
    expect(known.at(-1)).toEqual({ epoch, clock: 1 })
    await other.expire(['y'])
    await untilNotified('gap', '1: x', 'gap', '2: y')
    expect(history.epoch).toBe(epoch)
  })

  it('a follower knows nothing, and is not live, before it has begun', () => {
    follow()
    expect(isLive()).toBe(false)
    expect(history.clock).toBe(-1)
  })

  it('a follower begins once, however often it is started', async () => {
    follow()
    follower.start()
    await untilLive()
    follower.start()
    await other.expire(['x'])
    await untilNotified('gap', '1: x')
    await other.expire(['y'])
    await untilNotified('gap', '1: x', '2: y')
  })

  it('a follower works on a server without any history', async () => {
    follow()
    await untilLive()
    await other.expire(['x'])
    await untilNotified('gap', '1: x')
  })

  it('a follower replays what it missed while its connection was cut', async () => {
    follow()
    await untilLive()
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    for (const object of ['x', 'y', 'z']) await other.expire([object])
    proxied.proxy.refuse(false)
    await untilNotified('gap', '1: x', '2: y', '3: z')
    await untilLive()
  })

  it('a follower reports a gap when the log has lost a part that it missed', async () => {
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
    await vi.waitFor(() => expect(history.clock).toBe(11), WAIT)
    await other.expire(['z'])
    await untilNotified('gap', '1: x', 'gap', '12: z')
  })

  it('a follower reports a gap when another epoch has begun', async () => {
    await other.lookup([{ key: 'a', ageMs: 0, shared: true }])
    follow()
    await untilLive()
    const { epoch } = history
    await other.clear()
    await untilNotified('gap', 'gap')
    await vi.waitFor(() => expect(history.epoch).not.toBe(epoch), WAIT)
    await untilLive()
    await other.expire(['x'])
    await untilNotified('gap', 'gap', '1: x')
  })

  it('a follower reports a gap when everything is gone', async () => {
    await other.lookup([{ key: 'a', ageMs: 0, shared: true }])
    await other.expire(['x'])
    follow()
    await untilLive()
    await redis.client.flushall()
    await untilNotified('gap', 'gap')
    await vi.waitFor(() => expect(history.clock).toBe(0), WAIT)
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
    await vi.waitFor(() => expect(history.clock).toBe(2), WAIT)
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
    // Its clock is right, and it has counted on from where it was.
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

  it.each([0, 1])('a follower reports a gap when the log itself is lost after %i entries', async (read) => {
    for (let i = 0; i < read; i++) await other.expire(['x'])
    follow()
    await untilLive()
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    await other.expire(['y'])
    await redis.client.del(proxied.site.keys.log)
    proxied.proxy.refuse(false)
    await untilNotified('gap', 'gap')
    await other.expire(['z'])
    await untilNotified('gap', 'gap', `${read + 2}: z`)
  })

  it('a follower takes an unreadable entry for a gap', async () => {
    follow()
    await untilLive()
    await redis.client
      .multi()
      .incr(proxied.site.keys.clock)
      .xadd(proxied.site.keys.log, '*', 'c', 1, 'o', 'no JSON')
      .exec()
    await untilNotified('gap', 'gap')
    await other.expire(['x'])
    await untilNotified('gap', 'gap', '2: x')
    await untilLive()
    // Nothing that it was told has turned out to be wrong.
    expect(onHistoryLost).not.toHaveBeenCalled()
  })
})

describe('a follower is trusted', () => {
  it('a follower behind a jammed connection loses trust until it has caught up', async () => {
    follow()
    await untilLive()
    proxied.proxy.hold()
    const held = performance.now()
    // On a busy machine it may have heard before that what it reads only now.
    await vi.waitFor(() => expect(performance.now() - held).toBeGreaterThan(300), WAIT)
    expect(isLive()).toBe(false)
    await other.expire(['x'])
    const trustedWith: string[][] = []
    const watch = setInterval(() => isLive() && trustedWith.push([...notifications]), 1)
    proxied.proxy.release()
    await untilLive()
    clearInterval(watch)
    // Never while it has heard again, but not of that.
    for (const received of trustedWith) expect(received).toContain('1: x')
    expect(notifications).toEqual(['gap', '1: x'])
  })

  it('no longer than its bound while nothing answers at all', async () => {
    follow()
    await untilLive()
    proxied.proxy.swallow()
    await vi.waitFor(() => expect(isLive()).toBe(false), WAIT)
    // It finds out by itself that nobody is there any more, and connects anew.
    await other.expire(['x'])
    await untilNotified('gap', '1: x')
    await untilLive()
  })

  it('no longer than its bound after the line was cut', async () => {
    follow()
    await untilLive()
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    await vi.waitFor(() => expect(isLive()).toBe(false), WAIT)
    proxied.proxy.refuse(false)
    await untilLive()
  })

  it('again and again while nothing happens, without a gap', async () => {
    follow()
    for (let bounds = 0; bounds < 5; bounds++) {
      await untilLive()
      // One bound of real time, in which nothing happens.
      await setTimeout(300)
    }
    await untilLive()
    expect(notifications).toEqual(['gap'])
  })

  it("a follower on a new connection loses trust until it has read the log's state", async () => {
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
  it('a silence is reported, with its reason, for as long as it lasts', async () => {
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

  it('a connection changed a moment ago is no silence', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], shouldAdvanceTime: true })
    follow(60_000)
    await untilLive()
    vi.advanceTimersByTime(50_000)
    // The first ends a read that was begun before, the second one that was begun now.
    await other.expire(['x'])
    await untilNotified('gap', '1: x')
    await other.expire(['y'])
    await untilNotified('gap', '1: x', '2: y')
    // It has noted that it heard.
    await vi.waitFor(() => expect(history.isLive(performance.now() + 50_000)).toBe(true), WAIT)
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

it('a follower that was stopped opens no line any more', async () => {
  follower = createLogFollower(proxied.connection, proxied.site.keys, {
    history: createFollowedHistory(300),
    onExpiry() {},
    onGap() {},
  })
  follower.stop()
  follower.start()
  follower.reconnect()
  // The line of a follower would have come first.
  await proxied.connection.runGuarded((client) => client.ping())
  expect(proxied.proxy.connections).toBe(1)
})
