import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId, type Site, start } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { submit } from './behaviours/pages.ts'

// Processes of one build, with a wall clock that the test steps. Everything else is real. A wall clock that is set
// ahead also stands for a process that was suspended, because its monotonic clock continues where it stood.

const hour = 3_600_000
const WAIT = { timeout: 30_000, interval: 20 }
const withSteppedClock = {
  NODE_OPTIONS: `--require ${join(import.meta.dirname, '../support/steppedClock.cjs')}`,
}

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

async function startSite(env: Record<string, string>): Promise<Site> {
  const site = await start(folder, { env })
  running.push(site)
  return site
}

/** Steps of the wall clock when a page is stored, when it is expired, and when a visitor requests it. */
const steps = [0, hour, -hour]
const allSteps = steps.flatMap((stored) =>
  steps.flatMap((expired) => steps.map((requested) => ({ stored, expired, requested }))),
)

/** Steps that differ each time. */
const differentSteps = allSteps.filter((clock) => new Set(Object.values(clock)).size === 3)

const objectOf = (id: string) => `kept/${id}`
const getText = async (site: Site, id: string) => (await site.get(`/dated/${id}`)).text
const contentOf = (id: string, value: string) => `kept/${id}=${value}`
const countRenders = (site: Site, id: string) => site.count(`render page ${id}`)

/** Visits a page until the process has stored it. @returns its id */
async function storePage(site: Site, wallAhead: number, id = newId()): Promise<string> {
  await site.send({ wallAhead })
  expect(await getText(site, id)).toContain(contentOf(id, '1'))
  expect(await getText(site, id)).toContain(contentOf(id, '1'))
  return id
}

/** Expects the process to keep the page as it is, at any wall clock. */
async function expectKept(site: Site, id: string): Promise<void> {
  const before = await countRenders(site, id)
  for (const wallAhead of steps) {
    await site.send({ wallAhead })
    expect(await getText(site, id)).toContain(contentOf(id, '2'))
  }
  expect(await countRenders(site, id)).toBe(before)
}

describe('a process whose wall clock is stepped, and that expires', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite(withSteppedClock)
  })

  it.each(allSteps)(
    'an expired page is rendered again, clock at $stored, $expired, $requested',
    async (clock) => {
      const id = await storePage(site, clock.stored)
      const write = { [objectOf(id)]: '2' }
      const { pagesRevalidated } = await site.send({ wallAhead: clock.expired, write, expire: objectOf(id) })
      expect(pagesRevalidated).toBe(true)
      await site.send({ wallAhead: clock.requested })
      expect(await getText(site, id)).toContain(contentOf(id, '2'))
      expect(await countRenders(site, id)).toBe(2)
      await expectKept(site, id)
    },
  )

  it.each(differentSteps)(
    'a page shows the data of expireAfter, clock at $stored, $expired, $requested',
    async (clock) => {
      const id = await storePage(site, clock.stored)
      await site.send({ wallAhead: clock.expired, write: { [objectOf(id)]: '2' }, expireAfter: objectOf(id) })
      await site.send({ wallAhead: clock.requested })
      expect(await getText(site, id)).toContain(contentOf(id, '2'))
    },
  )

  it.each(differentSteps)(
    'a refreshed page is replaced later, clock at $stored, $expired, $requested',
    async (clock) => {
      const id = await storePage(site, clock.stored)
      await site.send({ wallAhead: clock.expired, write: { [objectOf(id)]: '2' }, refresh: objectOf(id) })
      await site.send({ wallAhead: clock.requested })
      expect(await getText(site, id)).toContain(contentOf(id, '1'))
      await expect.poll(() => getText(site, id), WAIT).toContain(contentOf(id, '2'))
    },
  )

  it.each(differentSteps)(
    'a page in progress is expired, clock at $stored, $expired, $requested',
    async (clock) => {
      const id = newId()
      await site.send({ wallAhead: clock.stored, hold: objectOf(id) })
      const early = getText(site, id)
      await site.send({ noted: `wait ${objectOf(id)}` })
      await site.send({
        wallAhead: clock.expired,
        write: { [objectOf(id)]: '2' },
        expire: objectOf(id),
        release: objectOf(id),
      })
      expect(await early).toContain(contentOf(id, '1'))
      await site.send({ wallAhead: clock.requested })
      expect(await getText(site, id)).toContain(contentOf(id, '2'))
      await expectKept(site, id)
    },
  )

  it.each(steps)('a page follows a Server Action with the clock at %i', async (wallAhead) => {
    await site.send({ wallAhead })
    const before = await site.get('/static/editor')
    await submit(site, '/static/editor', before, `edition ${wallAhead}`)
    expect((await site.get('/static/editor')).text).toContain(`static/edited=edition ${wallAhead}`)
  })

  it('a page stored with the clock ahead is rendered again after its ttl', async () => {
    const id = await storePage(site, hour, `brief${newId()}`)
    const before = await countRenders(site, id)
    await site.send({ wallAhead: 0 })
    const visit = async () => {
      await getText(site, id)
      return countRenders(site, id)
    }
    await expect.poll(visit, WAIT).toBeGreaterThan(before)
  })
})

describe('a process whose wall clock is stepped, while another expires', () => {
  let site: Site
  let other: Site
  beforeAll(async () => {
    const env = { CONTENT_CACHE_REDIS_URL: redis.url }
    site = await startSite({ ...env, ...withSteppedClock })
    other = await startSite(env)
  })

  it.each(allSteps)(
    'a page follows another process, clock at $stored, $expired, $requested',
    async (clock) => {
      const id = await storePage(site, clock.stored)
      await site.send({ wallAhead: clock.expired, write: { [objectOf(id)]: '2' } })
      await other.send({ write: { [objectOf(id)]: '2' }, expire: objectOf(id) })
      await expect.poll(() => getText(site, id), WAIT).toContain(contentOf(id, '2'))
      await expectKept(site, id)
      await site.send({ wallAhead: clock.requested, write: { [objectOf(id)]: '3' } })
      await other.send({ write: { [objectOf(id)]: '3' }, expire: objectOf(id) })
      await expect.poll(() => getText(site, id), WAIT).toContain(contentOf(id, '3'))
    },
  )
})

it('a page of a build on a machine with its clock ahead follows an expiry', async () => {
  const ahead = new Date(Date.now() + hour)
  utimesSync(join(folder, '.next/server/app/dated/built.html'), ahead, ahead)
  const site = await startSite({})
  expect(await getText(site, 'built')).toContain(contentOf('built', '1'))
  await site.send({ write: { 'kept/built': '2' }, expire: 'kept/built' })
  expect(await getText(site, 'built')).toContain(contentOf('built', '2'))
})
