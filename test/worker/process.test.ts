import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { runCli, runJson } from '../cli/fakeTerminal.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { findFreePort } from '../support/findFreePort.ts'
import { type RecordingSite, startRecordingSite } from '../support/recordingSite.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'
import { startWorkerProcess, type WorkerProcess } from '../support/workerProcess.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const WAIT = { timeout: 30_000, interval: 10 }
const secret = 'a secret of the tests'
const redis = redisForFile()
const names = { namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' }

let redisSite: RedisSite
let store: FragmentStore
let site: RecordingSite
const processes: WorkerProcess[] = []

beforeEach(async () => {
  await redis.client.flushall()
  redisSite = redis.site({ ...names, local: false })
  store = redisSite.open()
  site = await startRecordingSite()
})
afterEach(async () => {
  await Promise.all(processes.splice(0).map((worker) => worker.kill()))
  await redisSite.close()
  await site.close()
})

const createFlags = () => [
  '--redis',
  redis.server.url,
  '--site',
  site.origin,
  '--debounce',
  '1',
  '--min-interval',
  '1',
]

async function startWorker(...more: string[]): Promise<WorkerProcess> {
  const worker = startWorkerProcess([...createFlags(), ...more], { CONTENT_CACHE_REBUILD_SECRET: secret })
  processes.push(worker)
  await vi.waitFor(() => {
    expect(worker.errors()).toBe('')
    expect(worker.log.some(({ msg }) => msg === 'ready')).toBe(true)
  }, WAIT)
  return worker
}

const publish = (key: string, action = 'save') => store.publish?.(JSON.stringify({ v: 1, key, action }))

describe('a killed worker', () => {
  it('a worker killed during a rebuild leaves the route to the next worker', async () => {
    for (const key of ['1', '2', '3'])
      await commitEntry(store, key, { dependencies: ['story:1'], route: `/${key}` })
    const requested = new Promise<void>((resolve) => {
      // The site never answers, and keeps the connection open.
      site.answer = () => resolve()
    })
    const first = await startWorker('--timeout', '100')
    await publish('story:1', 'delete')
    await requested
    await first.kill()
    // The expiry has removed the fragments of the object.
    expect(await filterStored(store, ['1', '2', '3'])).toEqual([])
    site.answer = undefined
    const requestCount = site.paths.length
    await startWorker()
    await vi.waitFor(
      () => expect(new Set(site.paths.slice(requestCount))).toEqual(new Set(['/1', '/2', '/3'])),
      WAIT,
    )
    expect(await redis.client.exists('cc:rebuild:queue')).toBe(0)
  })

  it('a message that a killed worker has read is taken over by another worker', async () => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    const first = await startWorker()
    // The worker's first script finds the routes. Without the permission to run it, the message stays unhandled.
    await redis.client.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval')
    await publishWithoutScript('story:1')
    await vi.waitFor(async () => {
      const [group] = (await redis.client.xinfo('GROUPS', 'cc:messages')) as unknown[][]
      expect(group?.[group.indexOf('pending') + 1]).toBe(1)
    }, WAIT)
    await first.kill()
    await redis.client.call('ACL', 'SETUSER', 'default', '+evalsha', '+eval')
    expect(site.paths).toEqual([])
    await startWorker('--claim-idle-after', '1')
    await vi.waitFor(() => expect(site.paths).toEqual(['/']), WAIT)
  })

  it('a worker that is killed at any moment loses no message', async () => {
    const objects = Array.from({ length: 30 }, (_, at) => `story:${at}`)
    for (const object of objects)
      await commitEntry(store, object, { dependencies: [object], route: `/${object}` })
    site.answer = (_, response) => void setImmediate(() => response.end())
    // Another worker may take over the unfinished work of a dead one at once.
    // A busy machine must not make rebuilds fail, because each failure doubles the delay.
    const more = ['--claim-idle-after', '1', '--timeout', '2000']
    let worker = await startWorker(...more)
    for (const [at, object] of objects.entries()) {
      await publish(object, at % 2 === 0 ? 'save' : 'delete')
      if (at % 10 !== 9) continue
      await worker.kill()
      worker = await startWorker(...more)
    }
    await vi.waitFor(async () => {
      const lookups = await store.lookup(objects.map((key) => ({ key, ageMs: 0, shared: true })))
      for (const { entry, markedStale } of lookups) expect(markedStale || entry === undefined).toBe(true)
    }, WAIT)
    await makeOrphanedRoutesDue()
    await vi.waitFor(async () => {
      expect(new Set(site.paths).size).toBe(30)
      expect(await redis.client.exists('cc:rebuild:queue')).toBe(0)
    }, WAIT)
  })
})

/** The routes of a worker that was killed just after an expiry are due after a minute. The test need not wait so long. */
async function makeOrphanedRoutesDue() {
  for (const route of await redis.client.zrange('cc:rebuild:queue', '0', '-1'))
    await redis.client.zadd('cc:rebuild:queue', 'XX', '0', route)
}

/** Publishes a message to a server that refuses scripts. */
async function publishWithoutScript(key: string) {
  await redis.client.xadd('cc:messages', '*', 'message', JSON.stringify({ key, action: 'save' }))
}

it('a worker that receives SIGTERM finishes its current work, then exits with 0', async () => {
  await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
  let release = () => {}
  const requested = new Promise<void>((resolve) => {
    site.answer = (_, response) => {
      release = () => void response.end()
      resolve()
    }
  })
  const worker = await startWorker()
  await publish('story:1')
  await requested
  const exit = once(worker.child, 'exit')
  worker.child.kill('SIGTERM')
  release()
  expect((await exit)[0]).toBe(0)
  expect(worker.log.map(({ msg }) => msg)).toEqual(['ready', 'handled', 'rebuilt', 'stopped'])
})

it('a worker logs one JSON object per line, and never a secret', async () => {
  site.answer = (_, response) => response.writeHead(500).end()
  await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
  const worker = await startWorker('--max-attempts', '1', '--secret', 'a secret that is typed')
  await publish('story:1')
  await redis.client.publish('content', 'nonsense')
  await vi.waitFor(() => expect(worker.log).toHaveLength(4), WAIT)
  expect(worker.log).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        level: 'info',
        time: expect.any(String),
        msg: 'handled',
        refresh: ['story:1'],
      }),
      expect.objectContaining({ level: 'warn', msg: 'rebuild-failed', route: '/', exhausted: true }),
      expect.objectContaining({ level: 'warn', msg: 'rejected', text: 'nonsense' }),
    ]),
  )
  expect(JSON.stringify(worker.log)).not.toMatch(/a secret/)
})

it('a worker reports its health over HTTP', async () => {
  const port = await findFreePort()
  const worker = await startWorker('--health-port', String(port))
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init)
  const response = await get('/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({
    healthy: true,
    messages: { waiting: 0, processing: 0 },
    routes: { waiting: 0, rebuilding: 0, failing: 0 },
    deadLetters: 0,
  })
  expect((await get('/')).status).toBe(404)
  expect((await get('/health', { method: 'POST' })).status).toBe(405)
  redis.server.suspend()
  try {
    await vi.waitFor(async () => expect((await get('/health')).status).toBe(503), WAIT)
  } finally {
    redis.server.resume()
  }
  await vi.waitFor(async () => expect((await get('/health')).status).toBe(200), WAIT)
  expect(await worker.end()).toBe(0)
})

describe('--once', () => {
  const runOnce = (...more: string[]) =>
    runCli(['worker', ...createFlags(), '--once', '--secret', secret, ...more])

  it('--once handles the waiting messages, then exits', async () => {
    await commitEntry(store, 'a', { dependencies: ['story:1'], route: '/' })
    await publish('story:1')
    const { code, out } = await runOnce()
    expect(code).toBe(0)
    expect(site.paths).toEqual(['/'])
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ).toEqual(['handled', 'rebuilt', 'stopped'])
  })

  it('--once exits with 1 after an invalid message', async () => {
    await redis.client.xadd('cc:messages', '*', 'message', 'nonsense')
    expect((await runOnce()).code).toBe(1)
  })

  it('--once prints readable lines with the progress on a terminal', async () => {
    for (let at = 0; at < 3; at++)
      await commitEntry(store, `a${at}`, { dependencies: ['story:1'], route: `/${at}` })
    await publish('story:1', 'delete')
    const { out } = await runCli(['worker', ...createFlags(), '--once'], {
      tty: true,
      env: { NO_COLOR: '1' },
    })
    expect(out).toMatch(/message {4}1 message, 3 routes to rebuild\n/)
    expect(out).toMatch(/expired {4}3 caches: story:1, story:new\n/)
    expect(out).toMatch(/rebuilt {4}\/\d in \d+ ms {2}1 of 3\n/)
  })
})

describe('--dry-run', () => {
  const createArgs = (...more: string[]) => ['worker', '--redis', redis.server.url, '--dry-run', ...more]

  beforeEach(async () => {
    await commitEntry(store, '"front"', { dependencies: ['story:1'], route: '/' })
    await commitEntry(store, '"teaser"', { dependencies: ['story:1'], route: '/' })
    await commitEntry(store, '"list"', { dependencies: ['story:new'], route: '/stories?page=2' })
  })

  it('--dry-run prints the fragments and routes of a message, and changes nothing', async () => {
    const message = '{"key":"story:1","action":"publish"}'
    const { code, out } = await runCli(createArgs(message))
    expect(code).toBe(0)
    expect(out).toBe(
      [
        'publish story:1',
        'would refresh story:1, story:new: 3 caches, 2 routes',
        '  /',
        '    "front"',
        '    "teaser"',
        '  /stories?page=2',
        '    "list"',
        '',
      ].join('\n'),
    )
    expect(await redis.client.keys('cc:re*')).toEqual([])
    const { data } = await runJson<unknown[]>(createArgs('-'), { input: message })
    expect(data).toMatchObject([{ mode: 'refresh', objects: ['story:1', 'story:new'], routes: 2 }])
  })

  it('--dry-run prints the effect of the waiting messages, and keeps them', async () => {
    await publish('story:1')
    for (let time = 0; time < 2; time++) expect((await runJson<unknown[]>(createArgs())).data).toHaveLength(1)
    expect((await runCli(createArgs())).out).toContain('save story:1')
    await runCli(['worker', ...createFlags(), '--once'])
    expect((await runCli(createArgs())).out).toBe('No messages are waiting.\n')
  })

  it('--dry-run goes on after an invalid message', async () => {
    await redis.client.xadd('cc:messages', '*', 'message', 'nonsense')
    await redis.client.xadd('cc:messages', '*', 'by', 'psql', 'message', '{"key":"story:1","action":"save"}')
    const { code, out } = await runCli(createArgs())
    expect(code).toBe(0)
    expect(out).toMatch(/^would be skipped: .*CC_INVALID_MESSAGE.*\n\nsave story:1\n/)
  })

  it('--dry-run refuses an invalid message', async () => {
    const { code, err } = await runCli(createArgs('{"key":1}'))
    expect(code).toBe(2)
    expect(err).toContain('CC_INVALID_MESSAGE')
  })
})

it.each([
  ['a missing site', ['--redis', 'redis://127.0.0.1:1'], /--site/],
  ['a missing Redis URL', ['--site', 'http://localhost'], /--redis/],
  [
    'a short secret',
    ['--redis', 'redis://127.0.0.1:1', '--site', 'http://localhost', '--secret', 'short'],
    /16 characters/,
  ],
  [
    'a message without --dry-run',
    ['{}', '--redis', 'redis://127.0.0.1:1', '--site', 'http://localhost'],
    /--dry-run/,
  ],
  ['an invalid number', ['--concurrency', 'many'], /positive integer/],
  [
    'an unreachable Redis',
    ['--once', '--redis', 'redis://127.0.0.1:1', '--site', 'http://localhost'],
    /CC_REDIS_UNREACHABLE/,
  ],
])('%s is reported as an error with exit code 2', async (_, args, message) => {
  const { code, err } = await runCli(['worker', ...args])
  expect(code).toBe(2)
  expect(err).toMatch(message)
})
