import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { findFreePort } from '../support/findFreePort.ts'
import { build, newId, type Site, type SiteOptions, start, startStandalone } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import {
  expectNoSecrets,
  PASSWORD,
  redisEnvironment,
  SECRET,
  startRedisWithUser,
  waitForConnection,
} from '../support/redisEnvironment.ts'
import type { RedisServer } from '../support/redisServer.ts'
import { describeExports } from './behaviours/exports.ts'
import {
  describeLocalCopies,
  describePrerenderedPages,
  describeSharedFills,
  describeSharedStore,
} from './behaviours/redis.ts'

// Processes of one build on one Redis. Only environment variables connect them.

let workspace: Workspace
let redis: RedisServer
/** A port without a server, until a test starts one. */
let absentPort: number
const logs: (() => string)[] = []
const running: Site[] = []

beforeAll(async () => {
  workspace = await createWorkspace()
  redis = await startRedisWithUser()
  absentPort = await findFreePort()
})

afterAll(async () => {
  for (const site of running) await site.stop()
  await redis?.stop()
  workspace?.dispose()
})

const strict = { CONTENT_CACHE_CONSISTENCY: 'strict' }

async function startSite(folder: string, env: Record<string, string>, mode = start): Promise<Site> {
  const site = await mode(folder, { env })
  running.push(site)
  logs.push(site.log)
  if (env.CONTENT_CACHE_REDIS_URL === redisEnvironment(redis.port).CONTENT_CACHE_REDIS_URL)
    await waitForConnection(site)
  return site
}

describe('a build by Turbopack', () => {
  let folder: string
  let a: Site
  let b: Site
  let strictSite: Site

  beforeAll(async () => {
    // `next start` serves a standalone build as well. The inner describe moves the build.
    folder = await workspace.newBuiltSite({ standalone: true })
    a = await startSite(folder, redisEnvironment(redis.port))
    b = await startSite(folder, redisEnvironment(redis.port))
    strictSite = await startSite(folder, { ...redisEnvironment(redis.port), ...strict })
  })

  const places = () => ({ a, b, strict: strictSite, redis: redis.client })
  describeSharedStore(places)
  describePrerenderedPages(places)
  describeLocalCopies(places)
  describeSharedFills(places)
  describeExports(() => ({ site: a, redis: redis.client }))

  describe('moved as a standalone build', () => {
    let c: Site
    let d: Site
    beforeAll(async () => {
      const moved = await workspace.newMovedStandalone()
      c = await startSite(moved, redisEnvironment(redis.port), startStandalone)
      d = await startSite(moved, { ...redisEnvironment(redis.port), ...strict }, startStandalone)
    })
    describeSharedStore(() => ({ a: c, b: c, strict: d, redis: redis.client }))
  })

  describe('while Redis cannot be used', () => {
    it('a site without Redis renders uncached, and caches as soon as Redis is up', async () => {
      const site = await startSite(folder, redisEnvironment(absentPort))
      const id = newId()
      await expectUncached(site, id)
      const refused = await fetch(`${site.origin}/control`, { method: 'POST', body: `{"expire":"${id}/a"}` })
      expect(refused.status).toBe(500)
      await site.logged('CC_EXPIRE_FAILED')

      const late = await startRedisWithUser({ port: absentPort })
      try {
        await expect
          .poll(() => site.get(`/item/${id}`).then(() => site.count(`hit item["${id}/a"]`)), WAIT)
          .toBeGreaterThan(0)
        expect((await site.send({ expire: `${id}/a` })).expired).toBe(1)
      } finally {
        await late.stop()
      }
      // Redis is down again.
      await expectUncached(site, newId())
    })

    it('a site renders uncached within a bounded time when Redis does not answer', async () => {
      const sockets = new Set<Socket>()
      const silent = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1')
      await once(silent, 'listening')
      try {
        const { port } = silent.address() as AddressInfo
        await expectUncached(await startSite(folder, redisEnvironment(port)), newId())
      } finally {
        for (const socket of sockets) socket.destroy()
        silent.close()
      }
    })

    it('a site renders uncached when Redis refuses the password, and logs it', async () => {
      const env = redisEnvironment(redis.port, { password: `not-${PASSWORD}` })
      const site = await startSite(folder, env)
      await expectUncached(site, newId())
      await site.logged('WRONGPASS')
    })
  })
})

describe.each([
  ['a build that cannot reach its Redis', { cacheComponents: false }],
  ['a build with cacheComponents that cannot reach its Redis', { cacheComponents: true }],
])('%s', (_, options) => {
  const pages = {
    '/': 'story:1',
    '/behind': 'story:2',
    ...(options.cacheComponents && { '/cached': 'story:3' }),
  }
  let stories: Workspace
  let site: Site
  beforeAll(async () => {
    await redis.client.flushall()
    stories = await createWorkspace('test/next/stories')
    const folder = stories.newSite(options)
    const printed = await build(folder, { ...options, env: redisEnvironment(absentPort) })
    site = await start(folder, { ...options, env: redisEnvironment(redis.port) })
    running.push(site)
    logs.push(() => printed, site.log)
  })
  afterAll(() => stories?.dispose())

  it.each(Object.entries(pages))('the page %s stores its fragments with Redis', async (path, obj) => {
    const visit = async () => {
      expect((await site.get(path)).text).toContain(`${obj}=1`)
      return redis.client.exists(`obj:${obj}`)
    }
    await expect.poll(visit, WAIT).toBe(1)
  })

  it.each(Object.entries(pages))('the page %s follows an expiry at once', async (path, obj) => {
    expect((await site.get(path)).text).toContain(`${obj}=1`)
    await site.send({ write: { [obj]: '2' }, expire: obj })
    expect((await site.get(path)).text).toContain(`${obj}=2`)
  })

  it('the pages of the build are rendered again after a second', () => {
    const manifest = JSON.parse(readFileSync(join(site.folder, '.next/prerender-manifest.json'), 'utf8'))
    for (const path of Object.keys(pages))
      expect(manifest.routes[path], path).toMatchObject({ initialRevalidateSeconds: 1 })
  })
})

describe('a script outside of Next', () => {
  it('a script expires fragments of a site, and exits by itself', async () => {
    const folder = workspace.newSite({})
    const store = redisStore({ host: '127.0.0.1', port: redis.port }, { secret: SECRET })
    try {
      await commitEntry(store, 'a', { dependencies: ['news/story:1'] })
      const env = { ...process.env, ...redisEnvironment(redis.port) }
      const execution = promisify(execFile)(process.execPath, [join(folder, 'script.mjs')], {
        env,
        timeout: 30_000,
      })
      expect(JSON.parse((await execution).stdout)).toMatchObject({ expired: 1 })
    } finally {
      await store.close()
    }
  })

  it('a script exits by itself when Redis cannot be reached', async () => {
    const folder = workspace.newSite({})
    const script =
      "import { expireObj } from 'react-cache-content/core'; await expireObj('x').catch(({ code }) => console.log(code))"
    const env = { ...process.env, ...redisEnvironment(absentPort) }
    const options = { env, cwd: folder, timeout: 30_000 }
    const execution = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], options)
    expect((await execution).stdout.trim()).toBe('CC_EXPIRE_FAILED')
  })
})

describe('a build by webpack with cacheComponents', () => {
  let a: Site
  let b: Site
  beforeAll(async () => {
    const options = { webpack: true, cacheComponents: true }
    const folder = await workspace.newBuiltSite(options)
    const serve = (site: string, more: SiteOptions) => start(site, { ...options, ...more })
    a = await startSite(folder, redisEnvironment(redis.port), serve)
    b = await startSite(folder, { ...redisEnvironment(redis.port), ...strict }, serve)
  })
  describeSharedStore(() => ({ a, b: a, strict: b, redis: redis.client }))
  describeExports(() => ({ site: a, redis: redis.client }))
})

it('no site has printed a password or a secret', () => {
  expect(logs.length).toBeGreaterThan(8)
  for (const log of logs) expectNoSecrets(log())
})

const WAIT = { timeout: 30_000, interval: 50 }

/**
 * Milliseconds. Redis counts as down after three commands of 250 each. The rest is for modules that are loaded, on a busy
 * machine. Without a limit for commands, each level of fragments would wait 5 seconds.
 */
const BOUND_MS = 6_000

async function expectUncached(site: Site, id: string): Promise<void> {
  for (const renders of [1, 2, 3]) {
    const requestedAt = performance.now()
    const { status, text } = await site.get(`/doll/${id}`)
    expect(performance.now() - requestedAt).toBeLessThan(BOUND_MS)
    expect(status).toBe(200)
    for (const content of ['head=1', 'a=1', 'b=1', 'c=1']) expect(text).toContain(`${id}/${content}`)
    expect(await site.count(`render doll ${id}`)).toBe(renders)
  }
}
