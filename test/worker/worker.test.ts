import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { verifyRebuildSignature } from '../../lib/core/rebuildSignature.ts'
import { publishContent } from '../../lib/messages/publishContent.ts'
import { createWorker, type Worker } from '../../lib/worker/createWorker.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import type { WorkerOptions } from '../../lib/worker/workerOptions.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { type RecordingSite, startRecordingSite } from '../support/recordingSite.ts'
import { freePort, startRedis } from '../support/redisServer.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const WAIT = { timeout: 20_000, interval: 5 }
const secret = 'a secret of the tests'
const redis = redisForFile()
const names = { namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' }

let place: RedisSite
let store: FragmentStore
let site: RecordingSite
let events: WorkerEvent[]
const workers: Worker[] = []

beforeEach(async () => {
  await redis.client.flushall()
  place = redis.site({ ...names, local: false })
  store = place.open()
  site = await startRecordingSite()
  events = []
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  await place.close()
  await site.close()
})

function newWorker(options: Partial<WorkerOptions> = {}): Worker {
  const worker = createWorker({
    redis: redis.server.url,
    site: site.origin,
    secret,
    debounce: 5,
    minInterval: 0,
    retryDelay: 10,
    onEvent: (event) => void events.push(event),
    ...options,
  })
  workers.push(worker)
  return worker
}

async function running(options?: Partial<WorkerOptions>): Promise<Worker> {
  const worker = newWorker(options)
  worker.run()
  await vi.waitFor(() => expect(of('ready')).not.toEqual([]), WAIT)
  return worker
}

function of<Type extends WorkerEvent['type']>(type: Type) {
  return events.filter((event): event is Extract<WorkerEvent, { type: Type }> => event.type === type)
}

const publish = (key: string | string[], fields = {}) =>
  publishContent(createEngine(store), [key].flat(), fields)
/** Routes that are still to be rebuilt, or being so. */
const waiting = () => redis.client.exists('cc:rebuild:queue', 'cc:rebuild:active')

describe('a message', () => {
  it('marks stale what shows the object, and has its page rendered', async () => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/stories/1?page=2' })
    await commitEntry(store, 'b', { dependencies: ['story:2'], route: '/stories/2' })
    await running()
    await publish('story:1')
    await vi.waitFor(() => expect(of('rebuilt')).toHaveLength(1), WAIT)
    expect(site.paths).toEqual(['/stories/1?page=2'])
    const [a, b] = await store.lookup(['a', 'b'].map((key) => ({ key, age: 0, shared: true })))
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
  ] as const)('that says %s concerns %j, which is %s then', async (action, objects, then) => {
    await commitEntry(store, 'shows', { dependencies: ['story:1'], route: '/shows' })
    await commitEntry(store, 'lists', { dependencies: ['story:new'], route: '/lists' })
    await publish('story:1', { action })
    await newWorker().runOnce()
    const keys = ['shows', 'lists']
    const lookups = await store.lookup(keys.map((key) => ({ key, age: 0, shared: true })))
    const concerned = lookups.filter(({ entry, refreshed }) => refreshed || entry === undefined)
    expect(concerned).toHaveLength(objects.length)
    for (const { entry } of concerned) expect(entry === undefined).toBe(then === 'gone')
    expect(site.paths.sort()).toEqual(objects.length === 2 ? ['/lists', '/shows'] : ['/shows'])
  })

  it('may name the type whose list changes', async () => {
    await commitEntry(store, 'a', { dependencies: ['news/story:new'], route: '/' })
    await publish('17', { action: 'publish', type: 'news/story' })
    await newWorker().runOnce()
    expect(site.paths).toEqual(['/'])
  })

  it('does as the worker is told, whatever its action', async () => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    await publish('story:1')
    await newWorker({ mode: 'expire' }).runOnce()
    expect(await filterStored(store, ['a'])).toEqual([])
    expect(site.paths).toEqual(['/'])
  })

  it('brings further work with it that the site has asked for', async () => {
    await commitEntry(store, 'a', { dependencies: ['sitemap'], route: '/sitemap' })
    await publish('story:1', { status: 'live' })
    const onMessage = vi.fn(async () => ({ objects: ['sitemap'], routes: ['/feed.xml'] }))
    await newWorker({ onMessage }).runOnce()
    expect(onMessage).toHaveBeenCalledWith(expect.objectContaining({ key: 'story:1', status: 'live' }), {
      objects: ['story:1'],
      mode: 'refresh',
    })
    expect(site.paths.sort()).toEqual(['/feed.xml', '/sitemap'])
  })

  it.each([
    ['that fails', () => Promise.reject(new Error('no'))],
    ['that asks for what is no path', async () => ({ routes: ['//elsewhere.example/'] })],
    ['that names what is no object', async () => ({ objects: [''] })],
    ['that never answers', () => new Promise<undefined>(() => {})],
  ])('is acted upon although it has a hook %s', async (_, onMessage) => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    await publish('story:1')
    await newWorker({ onMessage, timeout: 300 }).runOnce()
    expect(of('hook-failed')).toHaveLength(1)
    expect(site.paths).toEqual(['/'])
  })

  it('from a program that knows of no stream is heard on the channel', async () => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    await running()
    await redis.client.publish('content', '{"key":"story:1","action":"delete","editor":"amy"}')
    await vi.waitFor(() => expect(site.paths).toEqual(['/']), WAIT)
    expect(of('handled')).toMatchObject([{ source: 'channel', expired: 1 }])
  })

  it('that is on both is acted upon once', async () => {
    await running()
    await publish(['story:1', 'story:2', 'story:3'])
    await vi.waitFor(() => expect(handled()).toBe(3), WAIT)
    // Behind them on the channel: when this one has been heard, they have been.
    await redis.client.publish('content', '{"key":"story:4","action":"save"}')
    await vi.waitFor(() => expect(of('handled').some(({ source }) => source === 'channel')).toBe(true), WAIT)
    expect(handled()).toBe(4)
  })

  it('that says it is in the stream, and is not, is acted upon', async () => {
    await running()
    await redis.client.publish('content', '{"key":"story:1","action":"save","stream":"cc:messages 1-1"}')
    await vi.waitFor(() => expect(of('handled')).toMatchObject([{ source: 'channel' }]), WAIT)
  })

  it('of another site on the same channel is none of its business', async () => {
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

  it('is acted upon in time whatever it holds: no text makes the server slow', async () => {
    const startedAt = performance.now()
    for (const note of [' '.repeat(60_000), '} '.repeat(30_000), '"}'.repeat(15_000), '%1%'.repeat(9_000)])
      await publish('story:1', { note })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    await running()
    await vi.waitFor(() => expect(handled()).toBe(4), WAIT)
  })

  it('that an outage interrupts is acted upon after it, also where it was only on the channel', async () => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    await running()
    await redis.client.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval')
    await redis.client.publish('content', '{"key":"story:1","action":"delete"}')
    await vi.waitFor(() => expect(of('error')).not.toEqual([]), WAIT)
    await redis.client.call('ACL', 'SETUSER', 'default', '+evalsha', '+eval')
    await vi.waitFor(() => expect(site.paths).toEqual(['/']), WAIT)
  })

  it('is read by a worker that starts later', async () => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    await publish('story:1')
    await running()
    await vi.waitFor(() => expect(site.paths).toEqual(['/']), WAIT)
  })

  it('is reported as missed when the stream has lost it before anybody read it', async () => {
    await newWorker().runOnce()
    for (let at = 0; at < 5; at++) await publish(`story:${at}`)
    await redis.client.xtrim('cc:messages', 'MAXLEN', 2)
    await newWorker().runOnce()
    expect(of('missed')).toEqual([{ type: 'missed', messages: 3 }])
  })
})

const handled = () => of('handled').reduce((sum, { messages }) => sum + messages, 0)

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
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    await redis.client.xadd('cc:messages', '*', 'message', text)
    await redis.client.xadd('cc:messages', '*', 'something', 'else')
    await publish('story:1')
    await newWorker().runOnce()
    expect(of('rejected')).toHaveLength(2)
    for (const rejected of of('rejected')) expect(rejected.text.length).toBeLessThan(1_100)
    // Those around it are acted upon.
    expect(site.paths).toEqual(['/'])
    const dead = (await redis.client.lrange('cc:dead-letters', 0, -1)).map((letter) => JSON.parse(letter))
    expect(dead).toHaveLength(2)
    expect(dead[1]).toMatchObject({
      kind: 'message',
      source: 'stream',
      reason: expect.stringContaining('CC_INVALID_MESSAGE'),
    })
    // It is dealt with: nobody reads it again.
    events = []
    await newWorker().runOnce()
    expect(events).toEqual([])
  })

  it('keys are taken as they are: what looks like a pattern, or a key of the store, touches nothing else', async () => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    const before = await redis.client.get('cc:epoch')
    for (const key of ['*', 'story:?', '../cc:epoch', 'x" .. redis.call("FLUSHALL") .. "', '%d%s', '$1'])
      await publish(key, { action: 'delete' })
    await newWorker().runOnce()
    expect(await filterStored(store, ['a'])).toEqual(['a'])
    expect(await redis.client.get('cc:epoch')).toBe(before)
    expect(site.paths).toEqual([])
  })
})

it('no more routes wait than a site may have pages, and those left out are told of', async () => {
  const later = Date.now() + 3_600_000
  const others = Array.from({ length: 9_999 }, (_, at) => [later, `/${at}`]).flat()
  await redis.client.zadd('cc:rebuild:queue', ...others)
  for (const key of ['a', 'b'])
    await commitEntry(store, key, { dependencies: ['story:1'], route: `/new/${key}` })
  await running()
  await publish('story:1', { action: 'delete' })
  await vi.waitFor(() => expect(of('rebuilt')).toHaveLength(1), WAIT)
  expect(of('routes-dropped')).toEqual([{ type: 'routes-dropped', routes: 1 }])
  expect(of('handled')).toMatchObject([{ expired: 2 }])
  expect(await redis.client.zcard('cc:rebuild:queue')).toBe(9_999)
})

describe('with a server that is full', () => {
  const limit = async (bytes: string) => {
    await redis.client.config('SET', 'maxmemory', bytes)
  }
  afterEach(() => limit('0'))

  it('an expiry is done all the same, and what is no message is in the way of none', async () => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    await newWorker().runOnce()
    await publish('story:1', { action: 'delete' })
    await redis.client.xadd('cc:messages', '*', 'message', 'nonsense')
    await limit('1')
    await newWorker().runOnce()
    expect(await redis.client.exists('cc:frag:a')).toBe(0)
    expect(site.paths).toEqual(['/'])
    expect(of('rejected')).toHaveLength(1)
  })
})

describe('a rebuild', () => {
  beforeEach(() => commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' }))

  it('comes after the expiry, however long that takes', async () => {
    // One expiry for all, of which the first object's routes are known long before the last is gone.
    const objects = Array.from({ length: 300 }, (_, at) => `many:${at}`)
    for (const object of objects)
      await commitEntry(store, object, { dependencies: [object], route: `/${object}` })
    const early: string[] = []
    site.answer = async ({ url = '' }, response) => {
      if (await redis.client.exists(`cc:frag:${url.slice(1)}`)) early.push(url)
      response.end()
    }
    const messages = objects.map((key) => JSON.stringify({ key, action: 'delete' }))
    for (const message of messages) await store.publish?.(message)
    const worker = await running({ debounce: 0, onMessage: async () => ({ routes: ['/many:299'] }) })
    await vi.waitFor(() => expect(site.paths.length).toBeGreaterThanOrEqual(300), WAIT)
    expect(early).toEqual([])
    expect(await worker.status()).toMatchObject({ healthy: true })
  })

  it('is signed with the secret, which is not sent, and each request otherwise', async () => {
    for (let at = 0; at < 2; at++) {
      await publish('story:1')
      await newWorker().runOnce()
    }
    const signatures = site.headers.map((headers) => String(headers['x-content-cache-rebuild']))
    expect(new Set(signatures).size).toBe(2)
    for (const signature of signatures) {
      expect(verifyRebuildSignature(secret, signature, Date.now())).toEqual({ nonce: expect.any(String) })
      expect(signature).not.toContain(secret)
    }
    expect(JSON.stringify(events)).not.toContain(secret)
  })

  it('that fails is tried again, later each time', async () => {
    let failing = 3
    site.answer = (_, response) => {
      response.statusCode = failing-- > 0 ? 503 : 200
      response.end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(site.paths).toHaveLength(4)
    expect(of('rebuild-failed').map(({ failures }) => failures)).toEqual([1, 2, 3])
    expect(of('rebuilt')).toHaveLength(1)
    expect(
      await redis.client.exists(
        'cc:rebuild:failures',
        'cc:rebuild:queue',
        'cc:rebuild:active',
        'cc:dead-letters',
      ),
    ).toBe(0)
  })

  it('that goes on failing is given up, and kept among the dead letters', async () => {
    site.answer = (_, response) => response.destroy()
    await publish('story:1')
    await newWorker({ maxAttempts: 3 }).runOnce()
    expect(site.paths).toHaveLength(3)
    expect(of('rebuild-failed').at(-1)).toMatchObject({ route: '/', exhausted: true })
    const [letter] = await redis.client.lrange('cc:dead-letters', 0, -1)
    expect(JSON.parse(letter ?? '')).toMatchObject({ kind: 'rebuild', route: '/' })
    expect(await redis.client.exists('cc:rebuild:failures', 'cc:rebuild:queue', 'cc:rebuild:active')).toBe(0)
  })

  it('that comes up while it is under way is rebuilt once more', async () => {
    let changed = false
    site.answer = async (_, response) => {
      // The site could not store what it has rendered.
      if (!changed) await store.requeueRoute?.('/')
      changed = true
      response.end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(site.paths).toEqual(['/', '/'])
    expect(of('rebuilt')).toMatchObject([{ requeued: true }, { requeued: false }])
    expect(await redis.client.exists('cc:rebuild:queue', 'cc:rebuild:active')).toBe(0)
  })

  it('that can never be stored is left to the next change after some attempts, later each time', async () => {
    const requestTimes: number[] = []
    site.answer = async (_, response) => {
      requestTimes.push(performance.now())
      await store.requeueRoute?.('/')
      response.end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(requestTimes).toHaveLength(8)
    expect(of('rebuilt').map(({ requeued }) => requeued)).toEqual([...Array(7).fill(true), false])
    const waits = requestTimes.slice(1).map((at, index) => at - (requestTimes[index] ?? 0))
    for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThan(45 * 2 ** index)
    expect(
      await redis.client.exists(
        'cc:rebuild:requeues',
        'cc:rebuild:queue',
        'cc:rebuild:active',
        'cc:dead-letters',
      ),
    ).toBe(0)
  })

  it.each([8, 3, 1])(
    'that fails, and that the site wants once more besides, is given up after %i',
    async (maxAttempts) => {
      const requestTimes: number[] = []
      site.answer = async (_, response) => {
        requestTimes.push(performance.now())
        await store.requeueRoute?.('/')
        response.writeHead(500).end()
      }
      await publish('story:1')
      await newWorker({ maxAttempts, retryDelay: 100 }).runOnce()
      expect(requestTimes).toHaveLength(maxAttempts)
      const waits = requestTimes.slice(1).map((at, index) => at - (requestTimes[index] ?? 0))
      for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThan(95 * 2 ** index)
      expect(
        await redis.client.exists(
          'cc:rebuild:requeues',
          'cc:rebuild:failures',
          'cc:rebuild:queue',
          'cc:rebuild:active',
        ),
      ).toBe(0)
      expect(await redis.client.llen('cc:dead-letters')).toBe(1)
    },
  )

  it('that went well after a failure has not failed twice in a row at the next, whatever has changed meanwhile', async () => {
    const codes = [500, 200, 500, 200]
    site.answer = async (_, response) => {
      const code = codes.shift() ?? 200
      // What a change does while it is rendered.
      if (code === 200 && codes.length > 0) await redis.client.zadd('cc:rebuild:queue', 0, '/')
      response.writeHead(code).end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(of('rebuild-failed').map(({ failures }) => failures)).toEqual([1, 1])
  })

  it('that the site does not answer in time has failed', async () => {
    site.answer = () => {}
    await publish('story:1')
    await newWorker({ timeout: 50, maxAttempts: 1 }).runOnce()
    expect(of('rebuild-failed')).toMatchObject([{ reason: 'the site did not answer in time' }])
  })

  it('does not follow a site that redirects elsewhere', async () => {
    const elsewhere = await startRecordingSite()
    site.answer = (_, response) => response.writeHead(307, { location: `${elsewhere.origin}/steal` }).end()
    await publish('story:1')
    await newWorker().runOnce()
    expect(of('rebuild-skipped')).toMatchObject([{ reason: expect.stringContaining('not followed') }])
    expect(elsewhere.paths).toEqual([])
    await elsewhere.close()
  })

  it('asks again where the site insists on a slash at the end', async () => {
    site.answer = ({ url }, response) => {
      if (url === '/stories/') response.end()
      else response.writeHead(308, { location: '/stories/' }).end()
    }
    await commitEntry(store, 'slashed', { dependencies: ['story:2'], route: '/stories' })
    await publish('story:2')
    await newWorker().runOnce()
    expect(site.paths).toEqual(['/stories', '/stories/'])
    expect(of('rebuilt')).toMatchObject([{ route: '/stories', status: 200 }])
  })

  it('of a page that Next renders behind its answer is done when the answer is the new one', async () => {
    const states = ['STALE', 'STALE', 'HIT']
    site.answer = (_, response) => {
      response.writeHead(200, { 'x-nextjs-cache': states.shift() }).end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(site.paths).toHaveLength(3)
    expect(of('rebuilt')).toHaveLength(1)
  })

  it('asks below the path at which the site is', async () => {
    await publish('story:1')
    await newWorker({ site: `${site.origin}/shop/` }).runOnce()
    expect(site.paths).toEqual(['/shop/'])
  })

  it.each([
    [404, 'rebuild-skipped'],
    [410, 'rebuild-skipped'],
    [403, 'rebuild-failed'],
  ] as const)('answered by %i is not tried again', async (status, type) => {
    site.answer = (_, response) => response.writeHead(status).end()
    await publish('story:1')
    await newWorker().runOnce()
    expect(site.paths).toHaveLength(1)
    expect(of(type)).toHaveLength(1)
  })

  it.each(['//elsewhere.example/', '/\\elsewhere.example', 'http://elsewhere.example/', '/a\r\nHost: b', ''])(
    'is not made of %j, which is no path of the site',
    async (route) => {
      await commitEntry(store, 'bad', { dependencies: ['story:2'], route })
      await publish('story:2')
      await newWorker().runOnce()
      expect(site.paths).toEqual([])
      expect(of('rebuild-failed')).toHaveLength(route === '' ? 0 : 1)
    },
  )

  it('reads the page to its end, because what streams is stored when it is complete', async () => {
    let ended = false
    site.answer = (_, response) => {
      response.write('<p>')
      site.answer = undefined
      setImmediate(() => response.end('</p>', () => (ended = true)))
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(ended).toBe(true)
  })

  it('is made anew when something changes while it is under way', async () => {
    let release = () => {}
    const started = new Promise<void>((begin) => {
      site.answer = (_, response) => {
        begin()
        release = () => void response.end()
      }
    })
    await running()
    await publish('story:1')
    await started
    site.answer = undefined
    await publish('story:1', { action: 'publish' })
    await vi.waitFor(() => expect(of('handled')).toHaveLength(2), WAIT)
    expect(site.paths).toHaveLength(1)
    release()
    await vi.waitFor(() => expect(site.paths).toHaveLength(2), WAIT)
  })

  it('is one of so many at a time', async () => {
    for (let at = 0; at < 20; at++)
      await commitEntry(store, `a${at}`, { dependencies: ['story:9'], route: `/${at}` })
    const held: ServerResponse[] = []
    // Answers when there are as many as there may be, and the last ones.
    site.answer = (_, response) => {
      held.push(response)
      if (held.length === 3 || site.paths.length === 20) for (const waiting of held.splice(0)) waiting.end()
    }
    await publish('story:9')
    await newWorker({ concurrency: 3 }).runOnce()
    expect(site.paths).toHaveLength(20)
    expect(site.busy.most).toBe(3)
  })
})

it('1,000 messages in a burst for 10 objects cost few rebuilds', async () => {
  const objects = Array.from({ length: 10 }, (_, at) => `story:${at}`)
  for (const object of objects)
    await commitEntry(store, object, { dependencies: [object], route: `/${object}` })
  await running({ minInterval: 1_000 })
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: 100 }, () => publish(objects)))
  await vi.waitFor(async () => {
    expect(handled()).toBe(1_000)
    expect(await waiting()).toBe(0)
  }, WAIT)
  const seconds = (performance.now() - startedAt) / 1_000
  expect(new Set(site.paths).size).toBe(10)
  // Each page at once, and then once a second.
  expect(site.paths.length).toBeLessThanOrEqual(10 * (2 + seconds))
})

it('a page that has just been rebuilt is rebuilt again a little later, not at once', async () => {
  await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
  const worker = newWorker({ minInterval: 300 })
  await publish('story:1')
  await worker.runOnce()
  await publish('story:1')
  await worker.runOnce()
  expect(site.paths).toHaveLength(2)
  const [first = 0, second = 0] = site.requestedAt
  expect(second - first).toBeGreaterThanOrEqual(299)
})

it('several workers share the messages and the rebuilds', async () => {
  for (let at = 0; at < 100; at++)
    await commitEntry(store, `a${at}`, { dependencies: [`story:${at}`], route: `/${at}` })
  const ran = [[], [], []] as WorkerEvent[][]
  await Promise.all(
    ran.map(async (received) => {
      const worker = newWorker({ onEvent: (event) => void received.push(event) })
      worker.run()
      await vi.waitFor(() => expect(received).not.toEqual([]), WAIT)
    }),
  )
  for (let at = 0; at < 100; at++) await publish(`story:${at}`)
  await vi.waitFor(() => expect(site.paths).toHaveLength(100), WAIT)
  expect(new Set(site.paths).size).toBe(100)
  const messages = ran.map((received) =>
    received.reduce((sum, event) => sum + (event.type === 'handled' ? event.messages : 0), 0),
  )
  expect(messages.reduce((sum, received) => sum + received)).toBe(100)
})

it('goes on when Redis has lost everything', async () => {
  await running()
  await redis.client.flushall()
  await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
  await publish('story:1')
  await vi.waitFor(() => expect(site.paths).toEqual(['/']), WAIT)
})

it('goes on after Redis has been away', async () => {
  await running()
  await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await publish('story:1')
  await vi.waitFor(() => expect(site.paths).toEqual(['/']), WAIT)
  await vi.waitFor(async () => {
    await redis.client.publish('content', '{"key":"story:2","action":"save"}')
    expect(of('handled').some(({ source }) => source === 'channel')).toBe(true)
  }, WAIT)
})

it('hears the channel although it was there before Redis', async () => {
  const port = await freePort()
  const worker = newWorker({ redis: { host: '127.0.0.1', port } })
  worker.run()
  expect((await worker.status()).healthy).toBe(false)
  const late = await startRedis({ port })
  try {
    await vi.waitFor(async () => expect((await worker.status()).healthy).toBe(true), WAIT)
    await late.client.publish('content', '{"key":"story:1","action":"save"}')
    await vi.waitFor(() => expect(of('handled')).toMatchObject([{ source: 'channel' }]), WAIT)
  } finally {
    await worker.stop()
    await late.stop()
  }
})

it('that is stopped before it has begun does not begin', async () => {
  const worker = newWorker()
  const ended = worker.run()
  await worker.stop()
  await ended
  await publish('story:1')
  const unread = await redis.client.xlen('cc:messages')
  expect(unread).toBe(1)
  expect(of('handled')).toEqual([])
})

it('tells of none that was missed where the server, restarted, has forgotten how many were read', async () => {
  await publish(['story:1', 'story:2', 'story:3'])
  await newWorker().runOnce()
  const [, , [last] = ['']] = await redis.client.xrange('cc:messages', '-', '+')
  await redis.client.call('XGROUP', 'SETID', 'cc:messages', 'workers', last, 'ENTRIESREAD', '1')
  await redis.client.xtrim('cc:messages', 'MAXLEN', 1)
  const worker = await running()
  await vi.waitFor(async () => {
    expect(await worker.status()).toMatchObject({ healthy: true, messages: { waiting: 0 } })
  }, WAIT)
  await publish('story:4')
  await vi.waitFor(() => expect(handled()).toBe(4), WAIT)
  expect(of('missed')).toEqual([])
})

it('once, deals also with what a worker had read that died just now', async () => {
  await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
  await newWorker().runOnce()
  await publish('story:1')
  await redis.client.xreadgroup('GROUP', 'workers', 'dead', 'COUNT', 9, 'STREAMS', 'cc:messages', '>')
  await newWorker().runOnce()
  expect(site.paths).toEqual(['/'])
})

it('an entry of the stream that holds no message is none, whatever its fields are called', async () => {
  await redis.client.xadd('cc:messages', '*', '{"key":"story:1","action":"save"}', 'field')
  await newWorker().runOnce()
  expect(of('handled')).toEqual([])
  expect(of('rejected')).toHaveLength(1)
})

it('tells of messages that were trimmed while a dead worker had them', async () => {
  await newWorker().runOnce()
  await publish(['story:1', 'story:2'])
  await redis.client.xreadgroup('GROUP', 'workers', 'dead', 'COUNT', 9, 'STREAMS', 'cc:messages', '>')
  await redis.client.xtrim('cc:messages', 'MAXLEN', 1)
  await running({ claimIdleAfter: 1 })
  await vi.waitFor(() => expect(handled()).toBe(1), WAIT)
  expect(of('missed')).toEqual([{ type: 'missed', messages: 1 }])
})

it('ends when what it has begun is done', async () => {
  await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
  let release = () => {}
  const started = new Promise<void>((begin) => {
    site.answer = (_, response) => {
      begin()
      release = () => void response.end()
    }
  })
  const worker = await running()
  await publish('story:1')
  await started
  const stopped = worker.stop()
  release()
  await stopped
  expect(of('rebuilt')).toHaveLength(1)
  expect(events.at(-1)).toEqual({ type: 'stopped' })
  const members = await redis.client.xinfo('CONSUMERS', 'cc:messages', 'workers')
  expect(members).toEqual([])
})

it.each([
  ['site', 'localhost:3000'],
  ['site', 'http://user:pass@localhost'],
  ['site', 'http://localhost/?a=b'],
  ['site', 'ftp://localhost'],
  ['secret', 'short'],
  ['concurrency', 0],
  ['debounce', -1],
  ['timeout', Number.NaN],
  ['mode', 'delete'],
  ['channel', ''],
  ['redis', undefined],
])('refuses %s %j, and does not show it', (name, value) => {
  const options = { redis: 'redis://localhost:1', site: 'http://localhost', [name]: value } as WorkerOptions
  expect(() => createWorker(options)).toThrow(expect.objectContaining({ code: 'CC_INVALID_OPTIONS' }))
  expect(() => createWorker(options)).not.toThrow(/pass|short/)
})
