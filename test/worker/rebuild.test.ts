import type { ServerResponse } from 'node:http'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { verifyRebuildSignature } from '../../lib/core/rebuildSignature.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { startRecordingSite } from '../support/recordingSite.ts'
import { secret, WAIT, workerForFile } from '../support/workerForFile.ts'

const fixture = workerForFile()
const { countHandled, newWorker, eventsOf, publish, redis, startWorker, countPendingQueues } = fixture

describe('a rebuild', () => {
  beforeEach(() => commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' }))

  it('a rebuild begins after the expiry, also when 300 objects are expired together', async () => {
    // The worker expires all objects in one batch. It finds the routes of the first object long before the last is expired.
    const objects = Array.from({ length: 300 }, (_, at) => `many:${at}`)
    for (const object of objects)
      await commitEntry(fixture.store, object, { dependencies: [object], route: `/${object}` })
    const early: string[] = []
    fixture.site.answer = async ({ url = '' }, response) => {
      if (await redis.client.exists(`cc:frag:${url.slice(1)}`)) early.push(url)
      response.end()
    }
    const messages = objects.map((key) => JSON.stringify({ key, action: 'delete' }))
    for (const message of messages) await fixture.store.publish?.(message)
    const worker = await startWorker({ debounce: 0, onMessage: async () => ({ routes: ['/many:299'] }) })
    await vi.waitFor(() => expect(fixture.site.paths.length).toBeGreaterThanOrEqual(300), WAIT)
    expect(early).toEqual([])
    expect(await worker.status()).toMatchObject({ healthy: true })
  })

  it('each rebuild request has its own signature, made with the secret', async () => {
    for (let at = 0; at < 2; at++) {
      await publish('story:1')
      await newWorker().runOnce()
    }
    const signatures = fixture.site.headers.map((headers) => String(headers['x-content-cache-rebuild']))
    expect(new Set(signatures).size).toBe(2)
    for (const signature of signatures) {
      expect(verifyRebuildSignature(secret, signature, Date.now())).toEqual({ nonce: expect.any(String) })
      expect(signature).not.toContain(secret)
    }
    expect(JSON.stringify(fixture.events)).not.toContain(secret)
  })

  it('a failed rebuild is retried until it succeeds', async () => {
    let failing = 3
    fixture.site.answer = (_, response) => {
      response.statusCode = failing-- > 0 ? 503 : 200
      response.end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(fixture.site.paths).toHaveLength(4)
    expect(eventsOf('rebuild-failed').map(({ failures }) => failures)).toEqual([1, 2, 3])
    expect(eventsOf('rebuilt')).toHaveLength(1)
    expect(
      await redis.client.exists(
        'cc:rebuild:failures',
        'cc:rebuild:queue',
        'cc:rebuild:active',
        'cc:dead-letters',
      ),
    ).toBe(0)
  })

  it('a rebuild that fails at each attempt becomes a dead letter', async () => {
    fixture.site.answer = (_, response) => response.destroy()
    await publish('story:1')
    await newWorker({ maxAttempts: 3 }).runOnce()
    expect(fixture.site.paths).toHaveLength(3)
    expect(eventsOf('rebuild-failed').at(-1)).toMatchObject({ route: '/', failures: 3, exhausted: true })
    const [letter] = await redis.client.lrange('cc:dead-letters', 0, -1)
    expect(JSON.parse(letter ?? '')).toMatchObject({ kind: 'rebuild', route: '/' })
    expect(await redis.client.exists('cc:rebuild:failures', 'cc:rebuild:queue', 'cc:rebuild:active')).toBe(0)
  })

  it('a route that is queued again during its rebuild is rebuilt again', async () => {
    let changed = false
    fixture.site.answer = async (_, response) => {
      // The site requeues a page that it could not store.
      if (!changed) await fixture.store.requeueRoute?.('/')
      changed = true
      response.end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(fixture.site.paths).toEqual(['/', '/'])
    expect(eventsOf('rebuilt')).toMatchObject([{ requeued: true }, { requeued: false }])
    expect(await redis.client.exists('cc:rebuild:queue', 'cc:rebuild:active')).toBe(0)
  })

  it('a route that can never be stored is not queued again after eight attempts', async () => {
    const requestTimes: number[] = []
    fixture.site.answer = async (_, response) => {
      requestTimes.push(performance.now())
      await fixture.store.requeueRoute?.('/')
      response.end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(requestTimes).toHaveLength(8)
    expect(eventsOf('rebuilt').map(({ requeued }) => requeued)).toEqual([...Array(7).fill(true), false])
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
    'a route that fails and is requeued each time is given up after %i attempts',
    async (maxAttempts) => {
      const requestTimes: number[] = []
      fixture.site.answer = async (_, response) => {
        requestTimes.push(performance.now())
        await fixture.store.requeueRoute?.('/')
        response.writeHead(500).end()
      }
      await publish('story:1')
      await newWorker({ maxAttempts, retryDelay: 20 }).runOnce()
      expect(requestTimes).toHaveLength(maxAttempts)
      const waits = requestTimes.slice(1).map((at, index) => at - (requestTimes[index] ?? 0))
      for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThan(19 * 2 ** index)
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

  it('a success between two failures resets the failure count', async () => {
    const codes = [500, 200, 500, 200]
    fixture.site.answer = async (_, response) => {
      const code = codes.shift() ?? 200
      // A change during the rebuild queues the route again.
      if (code === 200 && codes.length > 0) await redis.client.zadd('cc:rebuild:queue', 0, '/')
      response.writeHead(code).end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(eventsOf('rebuild-failed').map(({ failures }) => failures)).toEqual([1, 1])
  })

  it('a rebuild fails when the site does not answer in time', async () => {
    fixture.site.answer = () => {}
    await publish('story:1')
    await newWorker({ timeout: 50, maxAttempts: 1 }).runOnce()
    expect(eventsOf('rebuild-failed')).toMatchObject([{ reason: 'the site did not answer in time' }])
  })

  it('a rebuild does not follow a redirect to another site', async () => {
    const elsewhere = await startRecordingSite()
    fixture.site.answer = (_, response) =>
      response.writeHead(307, { location: `${elsewhere.origin}/steal` }).end()
    await publish('story:1')
    await newWorker().runOnce()
    expect(eventsOf('rebuild-skipped')).toMatchObject([{ reason: expect.stringContaining('not followed') }])
    expect(elsewhere.paths).toEqual([])
    await elsewhere.close()
  })

  it('a rebuild follows a redirect to the same path with a trailing slash', async () => {
    fixture.site.answer = ({ url }, response) => {
      if (url === '/stories/') response.end()
      else response.writeHead(308, { location: '/stories/' }).end()
    }
    await commitEntry(fixture.store, 'slashed', { dependencies: ['story:2'], route: '/stories' })
    await publish('story:2')
    await newWorker().runOnce()
    expect(fixture.site.paths).toEqual(['/stories', '/stories/'])
    expect(eventsOf('rebuilt')).toMatchObject([{ route: '/stories', status: 200 }])
  })

  it('a rebuild repeats its request until Next serves the new page', async () => {
    const states = ['STALE', 'STALE', 'HIT']
    fixture.site.answer = (_, response) => {
      response.writeHead(200, { 'x-nextjs-cache': states.shift() }).end()
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(fixture.site.paths).toHaveLength(3)
    expect(eventsOf('rebuilt')).toHaveLength(1)
  })

  it('a rebuild request keeps the base path of the site', async () => {
    await publish('story:1')
    await newWorker({ site: `${fixture.site.origin}/shop/` }).runOnce()
    expect(fixture.site.paths).toEqual(['/shop/'])
  })

  it.each([
    [404, 'rebuild-skipped'],
    [410, 'rebuild-skipped'],
    [403, 'rebuild-failed'],
  ] as const)('a rebuild that receives the status %i is not retried', async (status, type) => {
    fixture.site.answer = (_, response) => response.writeHead(status).end()
    await publish('story:1')
    await newWorker().runOnce()
    expect(fixture.site.paths).toHaveLength(1)
    expect(eventsOf(type)).toHaveLength(1)
  })

  it('a route that the site refuses is given up with one failure', async () => {
    fixture.site.answer = (_, response) => response.writeHead(403).end()
    await publish('story:1')
    await newWorker().runOnce()
    expect(eventsOf('rebuild-failed')).toMatchObject([{ failures: 1, exhausted: true }])
    expect(await redis.client.llen('cc:dead-letters')).toBe(1)
  })

  it.each([
    [200, 'rebuilt'],
    [500, 'rebuild-skipped'],
    [403, 'rebuild-skipped'],
  ] as const)('a rebuild with a lost claim and the status %i reports no failure', async (status, type) => {
    let isFirst = true
    fixture.site.answer = async (_, response) => {
      // The claim ends, as if this worker had been stopped for a minute.
      if (isFirst) await redis.client.zadd('cc:rebuild:active', 1, '/')
      response.writeHead(isFirst ? status : 200).end()
      isFirst = false
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(eventsOf(type)[0]).toMatchObject({ route: '/' })
    expect(eventsOf('rebuild-failed')).toEqual([])
    expect(await redis.client.exists('cc:rebuild:failures', 'cc:dead-letters')).toBe(0)
    // The route was queued again, and its second rebuild holds the claim.
    expect(fixture.site.paths).toEqual(['/', '/'])
    expect(eventsOf('rebuilt').at(-1)).toMatchObject({ requeued: false })
  })

  it.each(['//elsewhere.example/', '/\\elsewhere.example', 'http://elsewhere.example/', '/a\r\nHost: b', ''])(
    'the route %j, which is not a path of the site, is not requested',
    async (route) => {
      await commitEntry(fixture.store, 'bad', { dependencies: ['story:2'], route })
      await publish('story:2')
      await newWorker().runOnce()
      expect(fixture.site.paths).toEqual([])
      expect(eventsOf('rebuild-failed')).toHaveLength(route === '' ? 0 : 1)
    },
  )

  it('a rebuild reads a streamed page to its end', async () => {
    let ended = false
    fixture.site.answer = (_, response) => {
      response.write('<p>')
      fixture.site.answer = undefined
      setImmediate(() => response.end('</p>', () => (ended = true)))
    }
    await publish('story:1')
    await newWorker().runOnce()
    expect(ended).toBe(true)
  })

  it('a rebuild is repeated after a change during the rebuild', async () => {
    let release = () => {}
    const started = new Promise<void>((begin) => {
      fixture.site.answer = (_, response) => {
        begin()
        release = () => void response.end()
      }
    })
    await startWorker()
    await publish('story:1')
    await started
    fixture.site.answer = undefined
    await publish('story:1', { action: 'publish' })
    await vi.waitFor(() => expect(eventsOf('handled')).toHaveLength(2), WAIT)
    expect(fixture.site.paths).toHaveLength(1)
    release()
    await vi.waitFor(() => expect(fixture.site.paths).toHaveLength(2), WAIT)
  })

  it('a worker runs at most `concurrency` rebuilds at the same time', async () => {
    for (let at = 0; at < 20; at++)
      await commitEntry(fixture.store, `a${at}`, { dependencies: ['story:9'], route: `/${at}` })
    const held: ServerResponse[] = []
    // The site answers when three requests wait, and after the last request.
    fixture.site.answer = (_, response) => {
      held.push(response)
      if (held.length === 3 || fixture.site.paths.length === 20)
        for (const heldResponse of held.splice(0)) heldResponse.end()
    }
    await publish('story:9')
    await newWorker({ concurrency: 3 }).runOnce()
    expect(fixture.site.paths).toHaveLength(20)
    expect(fixture.site.busy.most).toBe(3)
  })
})

it('1,000 messages about 10 objects rebuild each page at most once a second', async () => {
  const objects = Array.from({ length: 10 }, (_, at) => `story:${at}`)
  for (const object of objects)
    await commitEntry(fixture.store, object, { dependencies: [object], route: `/${object}` })
  await startWorker({ minInterval: 1_000 })
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: 100 }, () => publish(objects)))
  await vi.waitFor(async () => {
    expect(countHandled()).toBe(1_000)
    expect(await countPendingQueues()).toBe(0)
  }, WAIT)
  const seconds = (performance.now() - startedAt) / 1_000
  expect(new Set(fixture.site.paths).size).toBe(10)
  // Each page is rebuilt immediately, and then once a second.
  expect(fixture.site.paths.length).toBeLessThanOrEqual(10 * (2 + seconds))
})

it('a second rebuild of a page waits for `minInterval`', async () => {
  await commitEntry(fixture.store, 'a', { dependencies: ['story:1'], route: '/' })
  const worker = newWorker({ minInterval: 300 })
  await publish('story:1')
  await worker.runOnce()
  await publish('story:1')
  await worker.runOnce()
  expect(fixture.site.paths).toHaveLength(2)
  const [first = 0, second = 0] = fixture.site.requestedAt
  expect(second - first).toBeGreaterThanOrEqual(299)
})

it('routes beyond the limit of the queue are dropped and reported', async () => {
  const later = Date.now() + 3_600_000
  const others = Array.from({ length: 9_999 }, (_, at) => [later, `/${at}`]).flat()
  await redis.client.zadd('cc:rebuild:queue', ...others)
  for (const key of ['a', 'b'])
    await commitEntry(fixture.store, key, { dependencies: ['story:1'], route: `/new/${key}` })
  await startWorker()
  await publish('story:1', { action: 'delete' })
  await vi.waitFor(() => expect(eventsOf('rebuilt')).toHaveLength(1), WAIT)
  expect(eventsOf('routes-dropped')).toEqual([{ type: 'routes-dropped', routes: 1 }])
  expect(eventsOf('handled')).toMatchObject([{ expired: 2 }])
  expect(await redis.client.zcard('cc:rebuild:queue')).toBe(9_999)
})
