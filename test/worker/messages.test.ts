import { afterEach, describe, expect, it, vi } from 'vitest'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { names, WAIT, workerForFile } from '../support/workerForFile.ts'

const fixture = workerForFile()
const { countHandled, newWorker, eventsOf, publish, redis, startWorker } = fixture

describe('a valid message', () => {
  it("a message marks the object's fragments stale and causes a rebuild of their page", async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/stories/1?page=2' })
    await commitEntry(fixture.store, 'b', { dependencies: ['story:2'], route: '/stories/2' })
    await startWorker()
    await publish('story:1')
    await vi.waitFor(() => expect(eventsOf('rebuilt')).toHaveLength(1), WAIT)
    expect(fixture.site.paths).toEqual(['/stories/1?page=2'])
    const [a, b] = await fixture.store.lookup(['a', 'b'].map((key) => ({ key, ageMs: 0, shared: true })))
    expect(a).toMatchObject({ markedStale: true, entry: {} })
    expect(b).toMatchObject({ markedStale: false, entry: {} })
    expect(eventsOf('handled')).toMatchObject([
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
    'a message with the action %s invalidates %j, and the fragments are %s',
    async (action, objects, expected) => {
      await commitEntry(fixture.store, 'shows', { dependencies: ['story:1'], route: '/shows' })
      await commitEntry(fixture.store, 'lists', { dependencies: ['story:new'], route: '/lists' })
      await publish('story:1', { action })
      await newWorker().runOnce()
      const keys = ['shows', 'lists']
      const lookups = await fixture.store.lookup(keys.map((key) => ({ key, ageMs: 0, shared: true })))
      const invalidated = lookups.filter(({ entry, markedStale }) => markedStale || entry === undefined)
      expect(invalidated).toHaveLength(objects.length)
      for (const { entry } of invalidated) expect(entry === undefined).toBe(expected === 'gone')
      expect(fixture.site.paths.sort()).toEqual(objects.length === 2 ? ['/lists', '/shows'] : ['/shows'])
    },
  )

  it('a message with a type invalidates the list of that type', async () => {
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
    ['fails', () => Promise.reject(new Error('no'))],
    ['returns an invalid route', async () => ({ routes: ['//elsewhere.example/'] })],
    ['returns an invalid object key', async () => ({ objects: [''] })],
    ['never settles', () => new Promise<undefined>(() => {})],
  ])('a message is handled although the hook %s', async (_, onMessage) => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await publish('story:1')
    await newWorker({ onMessage, timeout: 300 }).runOnce()
    expect(eventsOf('hook-failed')).toHaveLength(1)
    expect(fixture.site.paths).toEqual(['/'])
  })

  it('a message that is only on the channel is handled', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await startWorker()
    await redis.client.publish('content', '{"key":"story:1","action":"delete","editor":"amy"}')
    await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
    expect(eventsOf('handled')).toMatchObject([{ source: 'channel', expired: 1 }])
  })

  it('a message that is in the stream and on the channel is handled once', async () => {
    await startWorker()
    await publish(['story:1', 'story:2', 'story:3'])
    await vi.waitFor(() => expect(countHandled()).toBe(3), WAIT)
    // The channel keeps the order: once this message is received, so are the others.
    await redis.client.publish('content', '{"key":"story:4","action":"save"}')
    await vi.waitFor(
      () => expect(eventsOf('handled').some(({ source }) => source === 'channel')).toBe(true),
      WAIT,
    )
    expect(countHandled()).toBe(4)
  })

  it('a channel message with a reference to a missing stream entry is handled', async () => {
    await startWorker()
    await redis.client.publish('content', '{"key":"story:1","action":"save","stream":"cc:messages 1-1"}')
    await vi.waitFor(() => expect(eventsOf('handled')).toMatchObject([{ source: 'channel' }]), WAIT)
  })

  it('a channel message with an impossible stream id does not delay later messages', async () => {
    await startWorker()
    for (const [key, id] of [
      ['story:1', '99999999999999999999-0'],
      ['story:2', '18446744073709551615-18446744073709551615'],
    ])
      await redis.client.publish('content', `{"key":"${key}","action":"save","stream":"cc:messages ${id}"}`)
    await vi.waitFor(() => expect(eventsOf('handled')).toMatchObject([{ refresh: ['story:2'] }]), WAIT)
    expect(eventsOf('rejected')).toMatchObject([{ source: 'channel' }])
    expect(eventsOf('error')).toEqual([])
  })

  it('a message of another site on the same channel is ignored', async () => {
    const other = redis.site({ ...names, namespace: 'other', local: false })
    const otherStore = other.open()
    await commitEntry(otherStore, 'a', { dependencies: ['story:1'], route: '/other' })
    await startWorker()
    await otherStore.publish?.('{"key":"story:1","action":"save"}')
    // The channel keeps the order: once this message is received, so is the other.
    await redis.client.publish('content', '{"key":"story:2","action":"save"}')
    await vi.waitFor(() => expect(eventsOf('handled')).toMatchObject([{ refresh: ['story:2'] }]), WAIT)
    expect(await filterStored(otherStore, ['a'])).toEqual(['a'])
    await other.close()
  })

  it('messages with many repeated characters are published in bounded time', async () => {
    const startedAt = performance.now()
    for (const note of [' '.repeat(60_000), '} '.repeat(30_000), '"}'.repeat(15_000), '%1%'.repeat(9_000)])
      await publish('story:1', { note })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    await startWorker()
    await vi.waitFor(() => expect(countHandled()).toBe(4), WAIT)
  })

  it('a channel message is handled after an outage of Redis', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await startWorker()
    await redis.client.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval')
    await redis.client.publish('content', '{"key":"story:1","action":"delete"}')
    await vi.waitFor(() => expect(eventsOf('error')).not.toEqual([]), WAIT)
    await redis.client.call('ACL', 'SETUSER', 'default', '+evalsha', '+eval')
    await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
  })

  it('a message is handled by a worker that starts later', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await publish('story:1')
    await startWorker()
    await vi.waitFor(() => expect(fixture.site.paths).toEqual(['/']), WAIT)
  })

  it('messages that were trimmed before a worker read them are reported as missed', async () => {
    await newWorker().runOnce()
    for (let at = 0; at < 5; at++) await publish(`story:${at}`)
    await redis.client.xtrim('cc:messages', 'MAXLEN', 2)
    await newWorker().runOnce()
    expect(eventsOf('missed')).toEqual([{ type: 'missed', messages: 3 }])
  })
})

describe('an invalid message', () => {
  it.each([
    ['that is not JSON', '{"key":'],
    ['that is an array', '["story:1"]'],
    ['that is null', 'null'],
    ['without a key', '{"action":"save"}'],
    ['without an action', '{"key":"story:1"}'],
    ['with an unknown action', '{"key":"story:1","action":"explode"}'],
    ['with a number as key', '{"key":1,"action":"save"}'],
    ['with an object as key', '{"key":{"toString":"x"},"action":"save"}'],
    ['with a huge key', JSON.stringify({ key: 'k'.repeat(5_000), action: 'save' })],
    ['with control characters in its key', JSON.stringify({ key: 'a\r\nDEL cc:epoch', action: 'save' })],
    ['with a lone surrogate in its key', '{"key":"\\ud800","action":"save"}'],
    ['that is too long', JSON.stringify({ key: 'a', action: 'save', text: 'x'.repeat(70_000) })],
    ['with control characters in its type', JSON.stringify({ key: 'a', action: 'publish', type: 'x\u0000' })],
    ['with another version', '{"v":2,"key":"a","action":"save"}'],
    ['with an invalid time', '{"key":"a","action":"save","at":"yesterday"}'],
  ])('a message %s is rejected and kept as a dead letter', async (_, text) => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await redis.client.xadd('cc:messages', '*', 'message', text)
    await redis.client.xadd('cc:messages', '*', 'something', 'else')
    await publish('story:1')
    await newWorker().runOnce()
    expect(eventsOf('rejected')).toHaveLength(2)
    for (const rejected of eventsOf('rejected')) expect(rejected.text.length).toBeLessThan(1_100)
    // The valid message after it is handled.
    expect(fixture.site.paths).toEqual(['/'])
    const dead = (await redis.client.lrange('cc:dead-letters', 0, -1)).map((letter) => JSON.parse(letter))
    expect(dead).toHaveLength(2)
    expect(dead[1]).toMatchObject({
      kind: 'message',
      source: 'stream',
      reason: expect.stringContaining('CC_INVALID_MESSAGE'),
    })
    // The invalid messages are acknowledged, so no worker reads them again.
    fixture.events.length = 0
    await newWorker().runOnce()
    expect(fixture.events).toEqual([])
  })

  it('a dead letter that Redis refuses is reported, and does not block other messages', async () => {
    await redis.client.set('cc:dead-letters', 'of another type')
    await redis.client.xadd('cc:messages', '*', 'message', 'nonsense')
    await publish('story:1')
    await newWorker().runOnce()
    expect(eventsOf('error')).toMatchObject([{ operation: 'stream', error: { code: 'CC_REDIS_REFUSED' } }])
    expect(eventsOf('rejected')).toHaveLength(1)
    expect(countHandled()).toBe(1)
  })

  it('a key with the form of a pattern or a script removes no other fragment', async () => {
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

describe('a full server', () => {
  const setMemoryLimit = async (bytes: string) => {
    await redis.client.config('SET', 'maxmemory', bytes)
  }
  afterEach(() => setMemoryLimit('0'))

  it('a full server still expires objects, also after an invalid message', async () => {
    await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
    await newWorker().runOnce()
    await publish('story:1', { action: 'delete' })
    await redis.client.xadd('cc:messages', '*', 'message', 'nonsense')
    await setMemoryLimit('1')
    await newWorker().runOnce()
    expect(await redis.client.exists('cc:frag:a')).toBe(0)
    expect(fixture.site.paths).toEqual(['/'])
    expect(eventsOf('rejected')).toHaveLength(1)
  })
})

it('a stream entry without a field `message` is rejected', async () => {
  await redis.client.xadd('cc:messages', '*', '{"key":"story:1","action":"save"}', 'field')
  await newWorker().runOnce()
  expect(eventsOf('handled')).toEqual([])
  expect(eventsOf('rejected')).toHaveLength(1)
})
