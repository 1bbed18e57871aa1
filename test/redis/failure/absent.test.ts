import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSite } from '../../support/fakeSite.ts'
import { findFreePort } from '../../support/findFreePort.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import { createNewsroom, isHit, storeErrors } from '../../support/newsroom.ts'
import { startRedis } from '../../support/redisServer.ts'
import { type RedisSite, realClock, siteOn } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const WAIT = { timeout: 30_000, interval: 20 }

let port: number
let site: RedisSite
/** Warnings, unhandled rejections, and everything that was printed. */
const complaints: unknown[] = []
const recordComplaint = (complaint: unknown) => void complaints.push(complaint)

beforeEach(async () => {
  port = await findFreePort()
  site = siteOn(() => port)
  complaints.length = 0
  process.on('unhandledRejection', recordComplaint)
  process.on('warning', recordComplaint)
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation(recordComplaint)
  }
})
afterEach(async () => {
  await site.close()
  vi.restoreAllMocks()
  process.off('unhandledRejection', recordComplaint)
  process.off('warning', recordComplaint)
})

const open = () => createSite({ clock: realClock, store: site.open({ timeout: 250 }) })

describe('a site without Redis', () => {
  it('a page without Redis is rendered, and events report why it is not stored', async () => {
    const here = open()
    const newsroom = createNewsroom()
    for (let visits = 0; visits < 10; visits++) {
      const { reports } = await newsroom.visit(here)
      for (const report of reports) expect(report).toMatchObject({ outcome: 'miss', stored: false })
    }
    expect(new Set(storeErrors(here))).toEqual(new Set(['CC_REDIS_UNREACHABLE']))
    expect(here.events).toContainEqual(expect.objectContaining({ type: 'uncacheable', reason: 'store-down' }))
  })

  it('an expiry without Redis rejects', async () => {
    const here = open()
    await expect(here.expire('story:1')).rejects.toMatchObject({
      code: 'CC_EXPIRE_FAILED',
      cause: { code: 'CC_REDIS_UNREACHABLE' },
    })
    await expect(here.refresh('story:1')).rejects.toMatchObject({ code: 'CC_EXPIRE_FAILED' })
  })

  it('many calls without Redis print nothing and leave no rejection unhandled', async () => {
    const here = open()
    const newsroom = createNewsroom()
    await Promise.all([
      ...Array.from({ length: 100 }, () => newsroom.visit(here)),
      ...Array.from({ length: 100 }, (_, i) =>
        Promise.resolve(here.store.lookup([{ key: `${i}`, ageMs: 0 }])).catch(() => {}),
      ),
      here.expire('story:1').catch(() => {}),
      here.store.waitForRelease('a', 10).catch(() => {}),
    ])
    await here.store.close()
    await flushEventLoop()
    expect(complaints).toEqual([])
  })

  it('a page is stored as soon as Redis starts', async () => {
    const here = open()
    const newsroom = createNewsroom()
    await newsroom.visit(here)
    const server = await startRedis({ port })
    try {
      await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
      await vi.waitFor(() => newsroom.publish(here, 1), WAIT)
      await newsroom.visit(here)
    } finally {
      await site.close()
      await server.stop()
    }
  })
})

describe('the connections of a store', () => {
  it('a store does not connect before its first use', async () => {
    // A build creates stores, and has no Redis.
    open()
    const server = await startRedis({ port })
    try {
      await flushEventLoop()
      expect(await server.client.client('LIST')).not.toMatch(/\n.+\n/)
    } finally {
      await server.stop()
    }
  })

  it('a closed store rejects at once, and does not connect again', async () => {
    const server = await startRedis({ port })
    try {
      const here = open()
      await here.store.lookup([{ key: 'a', ageMs: 0 }])
      await here.store.close()
      await expect(here.store.lookup([{ key: 'a', ageMs: 0 }])).rejects.toMatchObject({
        code: 'CC_REDIS_UNREACHABLE',
      })
      await expect(here.expire('x')).rejects.toMatchObject({ code: 'CC_EXPIRE_FAILED' })
      await vi.waitFor(async () => expect(await server.client.client('LIST')).not.toMatch(/\n.+\n/), WAIT)
    } finally {
      await server.stop()
    }
  })
})
