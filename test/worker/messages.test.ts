import { afterEach, describe, expect, it, vi } from 'vitest'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { names, WAIT, workerForFile } from '../support/workerForFile.ts'

const fixture = workerForFile()
const { handled, newWorker, of, publish, redis, running } = fixture

describe('a message', () => {
  it("a message marks the object's fragments stale, and has their page rendered", async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/stories/1?page=2' })
    await commitEntry(fixture.store, 'b', { dependencies: ['story:2'], route: '/stories/2' })
    await running()
    await publish('story:1')
    await vi.waitFor(() => expect(of('rebuilt')).toHaveLength(1), WAIT)
    expect(fixture.site.paths).toEqual(['/stories/1?page=2'])
    const [a, b] = await fixture.store.lookup(['a', 'b'].map((key) => ({ key, ageMs: 0, shared: true })))
    expect(a).toMatchObject({ refreshed: true, entry: {} })
    expect(b).toMatchObject({ refreshed: false, entry: {} })
    expect(of('handled')).toMatchObject([
      {
        messages: 1,
        refresh: ['story:1'],
        refreshed: 1,
        shownIn: [{ fragment: 'a', route: '/stories/1?page=2' }],
      },
    ])
  })

  it.each([
    ['save', ['story:1'], 'stale'],
    ['publish', ['story:1', 'story:new'], 'stale'],
    ['unpublish', ['story:1', 'story:new'], 'gone'],
    ['delete', ['story:1', 'story:new'], 'gone'],
  ] as const)(
    'a message with action %s concerns %j, whose fragments are then %s',
    async (action, objects, then) => {
      await commitEntry(fixture.store, 'shows', { dependencies: ['story:1'], route: '/shows' })
      await commitEntry(fixture.store, 'lists', { dependencies: ['story:new'], route: '/lists' })
      await publish('story:1', { action })
      await newWorker().runOnce()
      const keys = ['shows', 'lists']
      const lookups = await fixture.store.lookup(keys.map((key) => ({ key, ageMs: 0, shared: true })))
      const concerned = lookups.filter(({ entry, refreshed }) => refreshed || entry === undefined)
      expect(concerned).toHaveLength(objects.length)
      for (const { entry } of concerned) expect(entry === undefined).toBe(then === 'gone')
      expect(fixture.site.paths.sort()).toEqual(objects.length === 2 ? ['/lists', '/shows'] : ['/shows'])
    },
  )

  it('a message may name the type whose list changes', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['news/story:new'], route: '/' })
    await publish('17', { action: 'publish', type: 'news/story' })
    await newWorker().runOnce()
    expect(fixture.site.paths).toEqual(['/'])
  })

  it("the worker's mode overrides the action of a message", async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await publish('story:1')
    await newWorker({ mode: 'expire' }).runOnce()
    expect(await filterStored(fixture.store, ['a'])).toEqual([])
    expect(fixture.site.paths).toEqual(['/'])
  })

  it("the site's hook adds objects and routes to a message", async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['sitemap'], route: '/sitemap' })
    await publish('story:1', { status: 'live' })
    const onMessage = vi.fn(async () => ({ objects: ['sitemap'], routes: ['/feed.xml'] }))
    await newWorker({ onMessage }).runOnce()
    expect(onMessage).toHaveBeenCalledWith(expect.objectContaining({ key: 'story:1', status: 'live' }), {
      objects: ['story:1'],
      mode: 'refresh',
    })
    expect(fixture.site.paths.sort()).toEqual(['/feed.xml', '/sitemap'])
  })

  it.each([
    ['that fails', () => Promise.reject(new Error('no'))],
    ['that asks for what is no path', async () => ({ routes: ['//elsewhere.example/'] })],
    ['that names what is no object', async () => ({ objects: [''] })],
    ['that never answers', () => new Promise<undefined>(() => {})],
  ])('a message is handled although its hook %s', async (_, onMessage) => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await publish('story:1')
    await newWorker({ onMessage, timeout: 300 }).runOnce()
    expect(of('hook-failed')).toHaveLength(1)
    expect(fixture.site.paths).toEqual(['/'])
  })

  it('a message that is only on the channel is handled', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await running()
    await redis.client.publish('content', '{"key":"story:1","action":"delete","editor":"amy"}')
    await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
    expect(of('handled')).toMatchObject([{ source: 'channel', expired: 1 }])
  })

  it('a message that is in the stream and on the channel is handled once', async () => {
    await running()
    await publish(['story:1', 'story:2', 'story:3'])
    await vi.waitFor(() => expect(handled()).toBe(3), WAIT)
    // Behind them on the channel: when this one has been heard, they have been.
    await redis.client.publish('content', '{"key":"story:4","action":"save"}')
    await vi.waitFor(() => expect(of('handled').some(({ source }) => source === 'channel')).toBe(true), WAIT)
    expect(handled()).toBe(4)
  })

  it('a message that claims to be in the stream, and is not, is handled', async () => {
    await running()
    await redis.client.publish('content', '{"key":"story:1","action":"save","stream":"cc:messages 1-1"}')
    await vi.waitFor(() => expect(of('handled')).toMatchObject([{ source: 'channel' }]), WAIT)
  })

  it('a message of another site on the same channel is ignored', async () => {
    const other = redis.site({ ...names, namespace: 'other', local: false })
    const otherStore = other.open()
    await commitEntry(otherStore, 'a', { dependencies: ['story:1'], route: '/theirs' })
    await running()
    await otherStore.publish?.('{"key":"story:1","action":"save"}')
    // Behind it on the channel.
    await redis.client.publish('content', '{"key":"story:2","action":"save"}')
    await vi.waitFor(() => expect(of('handled')).toMatchObject([{ refresh: ['story:2'] }]), WAIT)
    expect(await filterStored(otherStore, ['a'])).toEqual(['a'])
    await other.close()
  })

  it('a message is handled in bounded time, whatever its text', async () => {
    const startedAt = performance.now()
    for (const note of [' '.repeat(60_000), '} '.repeat(30_000), '"}'.repeat(15_000), '%1%'.repeat(9_000)])
      await publish('story:1', { note })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    await running()
    await vi.waitFor(() => expect(handled()).toBe(4), WAIT)
  })

  it('a message is handled after an outage, also where it was only on the channel', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await running()
    await redis.client.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval')
    await redis.client.publish('content', '{"key":"story:1","action":"delete"}')
    await vi.waitFor(() => expect(of('error')).not.toEqual([]), WAIT)
    await redis.client.call('ACL', 'SETUSER', 'default', '+evalsha', '+eval')
    await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
  })

  it('a message is read by a worker that starts later', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await publish('story:1')
    await running()
    await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
  })

  it('a message is reported as missed when it was trimmed before a worker read it', async () => {
    await newWorker().runOnce()
    for (let at = 0; at < 5; at++) await publish(`story:${at}`)
    await redis.client.xtrim('cc:messages', 'MAXLEN', 2)
    await newWorker().runOnce()
    expect(of('missed')).toEqual([{ type: 'missed', messages: 3 }])
  })
})

describe('what is no message is told of, kept, and skipped', () => {
  it.each([
    ['no JSON', '{"key":'],
    ['no object', '["story:1"]'],
    ['null', 'null'],
    ['no key', '{"action":"save"}'],
    ['no action', '{"key":"story:1"}'],
    ['an unknown action', '{"key":"story:1","action":"explode"}'],
    ['a key that is a number', '{"key":1,"action":"save"}'],
    ['a key that is an object', '{"key":{"toString":"x"},"action":"save"}'],
    ['a huge key', JSON.stringify({ key: 'k'.repeat(5_000), action: 'save' })],
    ['a key with control characters', JSON.stringify({ key: 'a\r\nDEL cc:epoch', action: 'save' })],
    ['a key that is not well-formed', '{"key":"\\ud800","action":"save"}'],
    ['an oversized message', JSON.stringify({ key: 'a', action: 'save', text: 'x'.repeat(70_000) })],
    ['a type with control characters', JSON.stringify({ key: 'a', action: 'publish', type: 'x\u0000' })],
    ['another version', '{"v":2,"key":"a","action":"save"}'],
    ['a time that is none', '{"key":"a","action":"save","at":"yesterday"}'],
  ])('%s', async (_, text) => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await redis.client.xadd('cc:messages', '*', 'message', text)
    await redis.client.xadd('cc:messages', '*', 'something', 'else')
    await publish('story:1')
    await newWorker().runOnce()
    expect(of('rejected')).toHaveLength(2)
    for (const rejected of of('rejected')) expect(rejected.text.length).toBeLessThan(1_100)
    // Those around it are acted upon.
    expect(fixture.site.paths).toEqual(['/'])
    const dead = (await redis.client.lrange('cc:dead-letters', 0, -1)).map((letter) => JSON.parse(letter))
    expect(dead).toHaveLength(2)
    expect(dead[1]).toMatchObject({
      kind: 'message',
      source: 'stream',
      reason: expect.stringContaining('CC_INVALID_MESSAGE'),
    })
    // It is dealt with: nobody reads it again.
    fixture.events.length = 0
    await newWorker().runOnce()
    expect(fixture.events).toEqual([])
  })

  it('a key that looks like a pattern or a key of the store touches nothing else', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    const before = await redis.client.get('cc:epoch')
    for (const key of ['*', 'story:?', '../cc:epoch', 'x" .. redis.call("FLUSHALL") .. "', '%d%s', '$1'])
      await publish(key, { action: 'delete' })
    await newWorker().runOnce()
    expect(await filterStored(fixture.store, ['a'])).toEqual(['a'])
    expect(await redis.client.get('cc:epoch')).toBe(before)
    expect(fixture.site.paths).toEqual([])
  })
})

describe('with a server that is full', () => {
  const limit = async (bytes: string) => {
    await redis.client.config('SET', 'maxmemory', bytes)
  }
  afterEach(() => limit('0'))

  it('an expiry is done all the same, and what is no message is in the way of none', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await newWorker().runOnce()
    await publish('story:1', { action: 'delete' })
    await redis.client.xadd('cc:messages', '*', 'message', 'nonsense')
    await limit('1')
    await newWorker().runOnce()
    expect(await redis.client.exists('cc:frag:a')).toBe(0)
    expect(fixture.site.paths).toEqual(['/'])
    expect(of('rejected')).toHaveLength(1)
  })
})

it('a stream entry without a message is rejected, whatever its fields are called', async () => {
  await redis.client.xadd('cc:messages', '*', '{"key":"story:1","action":"save"}', 'field')
  await newWorker().runOnce()
  expect(of('handled')).toEqual([])
  expect(of('rejected')).toHaveLength(1)
})
