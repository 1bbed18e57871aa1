import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/store.ts'
import { createLogFollower, type LogFollower } from '../../lib/redis/logFollower.ts'
import { loseLastExpiry } from '../support/loseLastExpiry.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const soon = { timeout: 30_000, interval: 5 }

const line = proxiedSite(redis, { local: false })
/** Another process, which the disturbances of this one do not reach. */
let other: FragmentStore
let follower: LogFollower
let news: (string | 'gap')[]
let known: { epoch: string; clock: number }[]
const onSilence = vi.fn()
const onLoss = vi.fn()

beforeEach(() => {
  other = line.site.open()
  news = []
  known = []
})
afterEach(() => {
  follower.stop()
  vi.useRealTimers()
  onSilence.mockClear()
  onLoss.mockClear()
})

function follow(bound = 300) {
  follower = createLogFollower(line.connection, line.site.keys, {
    bound,
    onExpiry: (objects, clock) => news.push(`${clock}: ${objects.join()}`),
    onClock: (epoch, clock) => known.push({ epoch, clock }),
    onGap: () => news.push('gap'),
    onSilence,
    onLoss,
  })
  follower.start()
}
const isLive = () => follower.isLive(performance.now())
const untilLive = () => vi.waitFor(() => expect(isLive()).toBe(true), soon)
const untilTold = (...all: string[]) => vi.waitFor(() => expect(news).toEqual(all), soon)

describe('a follower of the log', () => {
  it('tells every expiry and refresh, in order', async () => {
    await other.expire(['before'])
    follow()
    await untilLive()
    expect(follower.clock).toBe(1)
    await other.expire(['x'])
    await other.refresh(['y'])
    await other.expire(['z', 'ü\u0000"'])
    await untilTold('gap', '2: x', '3: y', '4: z,ü\u0000"')
    expect(follower.clock).toBe(4)
  })

  it('knows how far the history is, also one that has begun since', async () => {
    // No read comes round by itself for longer than is waited for here.
    follow(200_000)
    await untilLive()
    expect(known).toEqual([{ epoch: '', clock: 0 }])
    await other.lookup([{ key: 'a', age: 0 }])
    await other.expire(['x'])
    await untilTold('gap', '1: x', 'gap')
    const epoch = await redis.client.get(line.site.keys.epoch)
    expect(known.at(-1)).toEqual({ epoch, clock: 1 })
    await other.expire(['y'])
    await untilTold('gap', '1: x', 'gap', '2: y')
    expect(follower.epoch).toBe(epoch)
  })

  it('knows nothing, and is not live, before it has begun', () => {
    follow()
    expect(isLive()).toBe(false)
    expect(follower.clock).toBe(-1)
  })

  it('begins once, however often it is told to', async () => {
    follow()
    follower.start()
    await untilLive()
    follower.start()
    await other.expire(['x'])
    await untilTold('gap', '1: x')
    await other.expire(['y'])
    await untilTold('gap', '1: x', '2: y')
  })

  it('works on a server on which nothing has ever happened', async () => {
    follow()
    await untilLive()
    await other.expire(['x'])
    await untilTold('gap', '1: x')
  })

  it('replays what it missed while the line was cut', async () => {
    follow()
    await untilLive()
    line.proxy.refuse(true)
    line.proxy.cut()
    for (const object of ['x', 'y', 'z']) await other.expire([object])
    line.proxy.refuse(false)
    await untilTold('gap', '1: x', '2: y', '3: z')
    await untilLive()
  })

  it('reports a gap when the log has lost some of what it missed', async () => {
    follow()
    await untilLive()
    await other.expire(['x'])
    await untilTold('gap', '1: x')
    line.proxy.refuse(true)
    line.proxy.cut()
    for (let i = 0; i < 10; i++) await other.expire([`y${i}`])
    await redis.client.xtrim(line.site.keys.log, 'MAXLEN', 2)
    line.proxy.refuse(false)
    await untilTold('gap', '1: x', 'gap')
    await vi.waitFor(() => expect(follower.clock).toBe(11), soon)
    await other.expire(['z'])
    await untilTold('gap', '1: x', 'gap', '12: z')
  })

  it('reports a gap when another epoch has begun', async () => {
    await other.lookup([{ key: 'a', age: 0, shared: true }])
    follow()
    await untilLive()
    const { epoch } = follower
    await other.clear()
    await untilTold('gap', 'gap')
    await vi.waitFor(() => expect(follower.epoch).not.toBe(epoch), soon)
    await untilLive()
    await other.expire(['x'])
    await untilTold('gap', 'gap', '1: x')
  })

  it('reports a gap when everything is gone', async () => {
    await other.lookup([{ key: 'a', age: 0, shared: true }])
    await other.expire(['x'])
    follow()
    await untilLive()
    await redis.client.flushall()
    await untilTold('gap', 'gap')
    await vi.waitFor(() => expect(follower.clock).toBe(0), soon)
    await other.expire(['y'])
    await untilTold('gap', 'gap', '1: y')
    await untilLive()
  })

  it('reports a gap when the clock has fallen back', async () => {
    for (const object of ['x', 'y', 'z']) await other.expire([object])
    follow()
    await untilLive()
    await loseLastExpiry(redis.client, line.site.keys)
    await untilTold('gap', 'gap')
    await vi.waitFor(() => expect(follower.clock).toBe(2), soon)
    expect(onLoss).toHaveBeenCalledOnce()
    await other.expire(['w'])
    await untilTold('gap', 'gap', '3: w')
    await untilLive()
  })

  it('tells of a loss when the clock has fallen back of which the log had nothing', async () => {
    for (const object of ['x', 'y']) await other.expire([object])
    await redis.client.del(line.site.keys.log)
    follow()
    await untilLive()
    await redis.client.decr(line.site.keys.clock)
    await untilTold('gap', 'gap')
    expect(onLoss).toHaveBeenCalledOnce()
  })

  it('reports a gap when the clock has fallen back and caught up again', async () => {
    for (const object of ['x', 'y', 'z']) await other.expire([object])
    follow()
    await untilLive()
    line.proxy.refuse(true)
    line.proxy.cut()
    await loseLastExpiry(redis.client, line.site.keys)
    await other.expire(['w'])
    expect(await redis.client.get(line.site.keys.clock)).toBe('3')
    line.proxy.refuse(false)
    await untilTold('gap', 'gap')
    expect(onLoss).toHaveBeenCalledOnce()
  })

  it('reports a gap when another server has taken over, whose ids lie behind', async () => {
    await other.expire(['before'])
    const later = Date.now() + 3_600_000
    const fields = (clock: number, object: string) => ['c', clock, 'k', 'e', 'o', JSON.stringify([object])]
    await redis.client
      .multi()
      .incr(line.site.keys.clock)
      .xadd(line.site.keys.log, `${later}-0`, ...fields(2, 'x'))
      .exec()
    follow()
    await untilLive()
    line.proxy.refuse(true)
    line.proxy.cut()
    // Its clock is right, and it has counted on from where it was.
    const [[first] = []] = await redis.client.xrange(line.site.keys.log, '-', '+', 'COUNT', 1)
    await redis.client.del(line.site.keys.log)
    await redis.client
      .multi()
      .xadd(line.site.keys.log, first as string, ...fields(1, 'before'))
      .xadd(line.site.keys.log, '*', ...fields(2, 'y'))
      .exec()
    await other.expire(['z'])
    line.proxy.refuse(false)
    await untilTold('gap', 'gap')
    await other.expire(['w'])
    await untilTold('gap', 'gap', '4: w')
  })

  it.each([0, 1])('reports a gap when the log itself is lost, of which it had read %i', async (read) => {
    for (let i = 0; i < read; i++) await other.expire(['x'])
    follow()
    await untilLive()
    line.proxy.refuse(true)
    line.proxy.cut()
    await other.expire(['y'])
    await redis.client.del(line.site.keys.log)
    line.proxy.refuse(false)
    await untilTold('gap', 'gap')
    await other.expire(['z'])
    await untilTold('gap', 'gap', `${read + 2}: z`)
  })

  it('takes an entry that it cannot read for a gap', async () => {
    follow()
    await untilLive()
    await redis.client
      .multi()
      .incr(line.site.keys.clock)
      .xadd(line.site.keys.log, '*', 'c', 1, 'o', 'no JSON')
      .exec()
    await untilTold('gap', 'gap')
    await other.expire(['x'])
    await untilTold('gap', 'gap', '2: x')
    await untilLive()
    // Nothing that it was told has turned out to be wrong.
    expect(onLoss).not.toHaveBeenCalled()
  })
})

describe('a follower is trusted', () => {
  it('no longer than its bound while the line is jammed, and again once it has caught up', async () => {
    follow()
    await untilLive()
    line.proxy.hold()
    const held = performance.now()
    // On a busy machine it may have heard before that what it reads only now.
    await vi.waitFor(() => expect(performance.now() - held).toBeGreaterThan(300), soon)
    expect(isLive()).toBe(false)
    await other.expire(['x'])
    const trustedWith: string[][] = []
    const watch = setInterval(() => isLive() && trustedWith.push([...news]), 1)
    line.proxy.release()
    await untilLive()
    clearInterval(watch)
    // Never while it has heard again, but not of that.
    for (const told of trustedWith) expect(told).toContain('1: x')
    expect(news).toEqual(['gap', '1: x'])
  })

  it('no longer than its bound while nothing answers at all', async () => {
    follow()
    await untilLive()
    line.proxy.swallow()
    await vi.waitFor(() => expect(isLive()).toBe(false), soon)
    // It finds out by itself that nobody is there any more, and connects anew.
    await other.expire(['x'])
    await untilTold('gap', '1: x')
    await untilLive()
  })

  it('no longer than its bound after the line was cut', async () => {
    follow()
    await untilLive()
    line.proxy.refuse(true)
    line.proxy.cut()
    await vi.waitFor(() => expect(isLive()).toBe(false), soon)
    line.proxy.refuse(false)
    await untilLive()
  })

  it('again and again while nothing happens, without a gap', async () => {
    follow()
    for (let bounds = 0; bounds < 5; bounds++) {
      await untilLive()
      await setTimeout(300)
    }
    await untilLive()
    expect(news).toEqual(['gap'])
  })

  it('on a new line not before that has told how its log stands', async () => {
    follow()
    await untilLive()
    line.proxy.hold('replies')
    follower.reconnect()
    expect(isLive()).toBe(false)
    await vi.waitFor(() => expect(line.proxy.links).toBe(1), soon)
    await other.expire(['x'])
    expect(isLive()).toBe(false)
    line.proxy.release()
    await untilLive()
    await untilTold('gap', '1: x')
  })
})

describe('silence', () => {
  it('is told of, with its reason, for as long as it lasts', async () => {
    follow(100)
    await untilLive()
    onSilence.mockClear()
    line.proxy.refuse(true)
    line.proxy.cut()
    await vi.waitFor(() => expect(onSilence.mock.calls.length).toBeGreaterThan(2), soon)
    expect(onSilence).toHaveBeenLastCalledWith(expect.objectContaining({ code: 'CC_REDIS_UNREACHABLE' }))
    line.proxy.refuse(false)
    await untilLive()
    expect(news).toEqual(['gap'])
  })

  it('is not a line that was changed a moment ago', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], shouldAdvanceTime: true })
    follow(60_000)
    await untilLive()
    vi.advanceTimersByTime(50_000)
    // The first ends a read that was begun before, the second one that was begun now.
    await other.expire(['x'])
    await untilTold('gap', '1: x')
    await other.expire(['y'])
    await untilTold('gap', '1: x', '2: y')
    // It has noted that it heard.
    await vi.waitFor(() => expect(follower.isLive(performance.now() + 50_000)).toBe(true), soon)
    onSilence.mockClear()
    line.proxy.refuse(true)
    follower.reconnect()
    vi.advanceTimersByTime(50_000)
    expect(onSilence).not.toHaveBeenCalled()
    expect(isLive()).toBe(false)
    line.proxy.refuse(false)
    await untilLive()
  })
})

it('a follower that was stopped opens no line any more', async () => {
  follower = createLogFollower(line.connection, line.site.keys, { bound: 300, onExpiry() {}, onGap() {} })
  follower.stop()
  follower.start()
  follower.reconnect()
  // The line of a follower would have come first.
  await line.connection.forReading((client) => client.ping())
  expect(line.proxy.links).toBe(1)
})
