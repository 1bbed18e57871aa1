import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId, type Site, start } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { submit } from './behaviours/pages.ts'

// One build, served by processes whose wall clock the test steps. Everything else is real. A process that was suspended
// sees the same as one whose wall clock was set ahead: its monotonic clock goes on from where it stood.

const hour = 3_600_000
const WAIT = { timeout: 30_000, interval: 20 }
const stepped = { NODE_OPTIONS: `--require ${join(import.meta.dirname, '../support/steppedClock.cjs')}` }

let workspace: Workspace
let redis: RedisServer
let folder: string
const running: Site[] = []

beforeAll(async () => {
  workspace = await createWorkspace()
  redis = await startRedis()
  folder = await workspace.newBuiltSite({ standalone: true })
})

afterAll(async () => {
  for (const site of running) await site.stop()
  await redis?.stop()
  workspace?.dispose()
})

async function started(env: Record<string, string>): Promise<Site> {
  const site = await start(folder, { env })
  running.push(site)
  return site
}

/** Where the wall clock stands when a page is stored, when it is expired, and when a visitor asks for it. */
const steps = [0, hour, -hour]
const walks = steps.flatMap((stored) =>
  steps.flatMap((expired) => steps.map((requested) => ({ stored, expired, asked: requested }))),
)

/** Those in which the clock stands elsewhere each time. */
const farWalks = walks.filter((walk) => new Set(Object.values(walk)).size === 3)

const object = (id: string) => `kept/${id}`
const shown = async (site: Site, id: string) => (await site.get(`/dated/${id}`)).text
const shows = (id: string, value: string) => `kept/${id}=${value}`
const renders = (site: Site, id: string) => site.count(`render page ${id}`)

/** Has the process store a page, and keep it. @returns its id */
async function keep(site: Site, wallAhead: number, id = newId()): Promise<string> {
  await site.send({ wallAhead })
  expect(await shown(site, id)).toContain(shows(id, '1'))
  expect(await shown(site, id)).toContain(shows(id, '1'))
  return id
}

/** The page is kept as it is, wherever the wall clock goes. */
async function settles(site: Site, id: string): Promise<void> {
  const before = await renders(site, id)
  for (const wallAhead of steps) {
    await site.send({ wallAhead })
    expect(await shown(site, id)).toContain(shows(id, '2'))
  }
  expect(await renders(site, id)).toBe(before)
}

describe('a process whose wall clock is stepped, and that expires', () => {
  let site: Site
  beforeAll(async () => {
    site = await started(stepped)
  })

  it.each(walks)(
    'the process renders a page again at the next visit: $stored, $expired, $asked',
    async (walk) => {
      const id = await keep(site, walk.stored)
      const write = { [object(id)]: '2' }
      const { pagesRevalidated } = await site.send({ wallAhead: walk.expired, write, expire: object(id) })
      expect(pagesRevalidated).toBe(true)
      await site.send({ wallAhead: walk.asked })
      expect(await shown(site, id)).toContain(shows(id, '2'))
      expect(await renders(site, id)).toBe(2)
      await settles(site, id)
    },
  )

  it.each(farWalks)(
    'the process shows what expireAfter has written: $stored, $expired, $asked',
    async (walk) => {
      const id = await keep(site, walk.stored)
      await site.send({ wallAhead: walk.expired, write: { [object(id)]: '2' }, expireAfter: object(id) })
      await site.send({ wallAhead: walk.asked })
      expect(await shown(site, id)).toContain(shows(id, '2'))
    },
  )

  it.each(farWalks)(
    'the process replaces a refreshed page behind: $stored, $expired, $asked',
    async (walk) => {
      const id = await keep(site, walk.stored)
      await site.send({ wallAhead: walk.expired, write: { [object(id)]: '2' }, refresh: object(id) })
      await site.send({ wallAhead: walk.asked })
      expect(await shown(site, id)).toContain(shows(id, '1'))
      await expect.poll(() => shown(site, id), WAIT).toContain(shows(id, '2'))
    },
  )

  it.each(farWalks)('the process expires a page under way: $stored, $expired, $asked', async (walk) => {
    const id = newId()
    await site.send({ wallAhead: walk.stored, hold: object(id) })
    const early = shown(site, id)
    await site.send({ noted: `wait ${object(id)}` })
    await site.send({
      wallAhead: walk.expired,
      write: { [object(id)]: '2' },
      expire: object(id),
      release: object(id),
    })
    expect(await early).toContain(shows(id, '1'))
    await site.send({ wallAhead: walk.asked })
    expect(await shown(site, id)).toContain(shows(id, '2'))
    await settles(site, id)
  })

  it.each(steps)('the process follows a Server Action with the clock at %i', async (wallAhead) => {
    await site.send({ wallAhead })
    const before = await site.get('/static/editor')
    await submit(site, '/static/editor', before, `edition ${wallAhead}`)
    expect((await site.get('/static/editor')).text).toContain(`static/edited=edition ${wallAhead}`)
  })

  it('the process renders a page again after its ttl, although stored ahead', async () => {
    const id = await keep(site, hour, `brief${newId()}`)
    const before = await renders(site, id)
    await site.send({ wallAhead: 0 })
    const visit = async () => {
      await shown(site, id)
      return renders(site, id)
    }
    await expect.poll(visit, WAIT).toBeGreaterThan(before)
  })
})

describe('a process whose wall clock is stepped, while another expires', () => {
  let site: Site
  let other: Site
  beforeAll(async () => {
    const env = { CONTENT_CACHE_REDIS_URL: redis.url }
    site = await started({ ...env, ...stepped })
    other = await started(env)
  })

  it.each(walks)('the other process renders a page again: $stored, $expired, $asked', async (walk) => {
    const id = await keep(site, walk.stored)
    await site.send({ wallAhead: walk.expired, write: { [object(id)]: '2' } })
    await other.send({ write: { [object(id)]: '2' }, expire: object(id) })
    await expect.poll(() => shown(site, id), WAIT).toContain(shows(id, '2'))
    await settles(site, id)
    await site.send({ wallAhead: walk.asked, write: { [object(id)]: '3' } })
    await other.send({ write: { [object(id)]: '3' }, expire: object(id) })
    await expect.poll(() => shown(site, id), WAIT).toContain(shows(id, '3'))
  })
})

it('the process renders a page again of a build whose machine was ahead', async () => {
  const ahead = new Date(Date.now() + hour)
  utimesSync(join(folder, '.next/server/app/dated/built.html'), ahead, ahead)
  const site = await started({})
  expect(await shown(site, 'built')).toContain(shows('built', '1'))
  await site.send({ write: { 'kept/built': '2' }, expire: 'kept/built' })
  expect(await shown(site, 'built')).toContain(shows('built', '2'))
})
