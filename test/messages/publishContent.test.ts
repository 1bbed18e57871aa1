import { describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import type { CacheEvent } from '../../lib/core/events.ts'
import { createContentClient } from '../../lib/entries/core.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { publishContent } from '../../lib/messages/publishContent.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 30_000 })

const redis = redisForFile()

describe('a store that processes share', () => {
  it('a message is in the stream, and on the channel with its place in the stream', async () => {
    const site = redis.site()
    const store = site.open()
    const received: string[] = []
    const listener = redis.client.duplicate()
    listener.on('message', (_, text) => received.push(text))
    await listener.subscribe('content')
    const events: CacheEvent[] = []
    const engine = createEngine(store, {}, (event) => void events.push(event))

    const result = await publishContent(engine, ['story:1', 'story:1', 'story:2'], {
      action: 'publish',
      editor: 'amy',
    })
    expect(result).toEqual({ published: 2, expired: 0 })
    const entries = await redis.client.xrange(site.keys.messages, '-', '+')
    const messages = entries.map(([, fields]) => JSON.parse(fields[1] ?? ''))
    const at = expect.stringMatching(/^\d{4}-.*Z$/)
    expect(messages).toEqual(
      ['story:1', 'story:2'].map((key) => ({ v: 1, key, action: 'publish', editor: 'amy', at })),
    )
    await vi.waitFor(() => expect(received).toHaveLength(2))
    expect(received.map((text) => JSON.parse(text))).toEqual(
      messages.map((message, index) => ({
        ...message,
        stream: `${site.keys.messages} ${entries[index]?.[0]}`,
      })),
    )
    expect(events).toEqual([
      { type: 'publish', objects: ['story:1', 'story:2'], action: 'publish', listeners: 1 },
    ])
    listener.disconnect()
    await site.close()
  })

  it('an invalid message prevents the publication of all others', async () => {
    const site = redis.site()
    const engine = createEngine(site.open())
    await expect(publishContent(engine, ['a', 'b'], { status: '' })).rejects.toMatchObject({
      code: 'CC_INVALID_MESSAGE',
    })
    await expect(publishContent(engine, ['a'], { action: 'explode' as 'save' })).rejects.toMatchObject({
      code: 'CC_INVALID_MESSAGE',
    })
    expect(await redis.client.exists(site.keys.messages)).toBe(0)
    await site.close()
  })

  it('the caller cannot set the stream or the version of a message', async () => {
    const site = redis.site()
    await publishContent(createEngine(site.open()), ['a'], { stream: '1-1', v: 9, key: 'other' })
    const [[, fields] = ['', []]] = await redis.client.xrange(site.keys.messages, '-', '+')
    expect(JSON.parse(fields[1] ?? '')).toEqual({ v: 1, key: 'a', action: 'save', at: expect.any(String) })
    await site.close()
  })

  it('a failed batch of a hundred messages settles before the call rejects', async () => {
    const site = redis.site()
    const store = site.open()
    let active = 0
    let most = 0
    let refused = ''
    const counting = {
      ...store,
      publish: async (text: string) => {
        most = Math.max(most, ++active)
        try {
          if (refused !== '' && text.includes(refused)) throw new Error('the line was cut')
          return (await store.publish?.(text)) ?? 0
        } finally {
          active--
        }
      },
    }
    const keys = Array.from({ length: 250 }, (_, index) => `story:${index}`)
    expect(await publishContent(createEngine(counting), keys)).toEqual({ published: 250, expired: 0 })
    expect(most).toBe(100)
    expect(await redis.client.xlen(site.keys.messages)).toBe(250)
    refused = '"story:7"'
    await expect(publishContent(createEngine(counting), keys)).rejects.toMatchObject({
      code: 'CC_PUBLISH_FAILED',
    })
    expect(active).toBe(0)
    expect(await redis.client.xlen(site.keys.messages)).toBe(250 + 99)
    await site.close()
  })

  it('a publication is retried, and rejects if all attempts fail', async () => {
    const site = redis.site()
    const store = site.open()
    let failures = 2
    const flaky = {
      ...store,
      publish: async (text: string) => {
        if (failures-- > 0) throw new Error('the line was cut')
        return (await store.publish?.(text)) ?? 0
      },
    }
    expect(await publishContent(createEngine(flaky), ['a'])).toMatchObject({ published: 1 })
    failures = Infinity
    await expect(publishContent(createEngine(flaky), ['a'])).rejects.toMatchObject({
      code: 'CC_PUBLISH_FAILED',
    })
    await site.close()
  })
})

describe('a store without subscribers', () => {
  it('a store without subscribers expires the objects of a message at once', async () => {
    const store = memoryStore()
    const { publishContent: publish } = createContentClient({ store })
    for (const [key, object] of [
      ['a', 'story:1'],
      ['b', 'story:new'],
      ['c', 'story:2'],
    ] as const)
      await commitEntry(store, key, { dependencies: [object] })
    expect(await publish('story:1')).toEqual({ published: 0, expired: 1 })
    expect(await publish('story:3', { action: 'publish' })).toEqual({ published: 0, expired: 1 })
    expect(await filterStored(store, ['a', 'b', 'c'])).toEqual(['c'])
  })
})

describe('expireAfter', () => {
  async function createClient() {
    const store = memoryStore()
    await commitEntry(store, 'a', { dependencies: ['story:1'] })
    return {
      client: createContentClient({ store }),
      isStored: async () => (await filterStored(store, ['a'])).length > 0,
    }
  }

  it('expireAfter expires after the work, and returns its result', async () => {
    const { client, isStored } = await createClient()
    let inWork: boolean | undefined
    const saved = await client.expireAfter(
      async () => {
        inWork = await isStored()
        return { id: 1 }
      },
      (story) => story && `story:${story.id}`,
    )
    expect(saved).toEqual({ id: 1 })
    expect(inWork).toBe(true)
    expect(await isStored()).toBe(false)
  })

  it('expireAfter expires also when the work fails, as it may have been committed', async () => {
    const { client, isStored } = await createClient()
    const failed = client.expireAfter(Promise.reject(new Error('the line was cut')), ['story:1'])
    await expect(failed).rejects.toThrow('the line was cut')
    expect(await isStored()).toBe(false)
  })

  it('expireAfter rejects when the expiry fails', async () => {
    const { client } = await createClient()
    await expect(client.expireAfter(async () => 1, '')).rejects.toMatchObject({ code: 'CC_INVALID_OBJ' })
  })
})
