import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { commitEntry, fetchToken } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'
import { createNewsroom, isHit, type Newsroom } from '../../support/newsroom.ts'
import { type RedisServer, startRedis } from '../../support/redisServer.ts'
import { type RedisSite, realClock, siteOn } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const WAIT = { timeout: 60_000, interval: 20 }

let server: RedisServer
let site: RedisSite
let newsroom: Newsroom
beforeEach(async () => {
  server = await startRedis()
  site = siteOn(() => server.port)
  newsroom = createNewsroom()
})
afterEach(async () => {
  await site.close()
  await server.stop()
})

/** Restarts the server, which is empty afterwards. */
async function restart(downtime = 0) {
  await server.kill()
  await setTimeout(downtime)
  const { port } = server
  await server.stop()
  server = await startRedis({ port })
}

/** Runs a task while visitors read and editors write. Each visit checks the content of its page. */
async function underLoad(sites: readonly FakeSite[], task: () => Promise<void>) {
  let isOver = false
  const visits = sites
    .flatMap((on) => [on, on])
    .map(async (on) => {
      while (!isOver) await newsroom.visit(on)
    })
  const edits = sites.map(async (on, editor) => {
    for (let edit = 0; !isOver; edit++) {
      // An expiry may fail. Then it rejects, and an editor repeats it.
      await newsroom.publish(on, (edit + editor) % 5).catch((error) => {
        expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED' })
      })
      // The pause between two edits.
      await setTimeout(20)
    }
  })
  const ended = Promise.all([...visits, ...edits])
  await Promise.race([task(), ended])
  isOver = true
  await ended
}

it('a server that restarts empty costs no page, and shows nothing expired', async () => {
  // Copies without strict mode may be old for a moment, and the check of each visit would fail.
  const sites = [{ local: false } as const, { consistency: 'strict' } as const].map((options) =>
    createSite({ clock: realClock, store: site.open({ ...options, timeout: 250 }) }),
  )
  await underLoad(sites, async () => {
    for (let crashes = 0; crashes < 4; crashes++) {
      // Lets the load run before the next crash.
      await setTimeout(300)
      await restart(100 + 200 * crashes)
      for (const on of sites) {
        await vi.waitFor(() => newsroom.publish(on, crashes), WAIT)
      }
    }
  })
  for (const on of sites) {
    await vi.waitFor(async () => expect(isHit(await newsroom.visit(on))).toBe(true), WAIT)
  }
})

it('a fill that began before a crash is not stored after it', async () => {
  const here = createSite({ clock: realClock, store: site.open({ local: false, timeout: 250 }) })
  await newsroom.visit(here)
  const page = here.request()
  const { report } = await page.serve('slow', async function* () {
    await restart()
    // The new history has the same clock as the previous one.
    await vi.waitFor(() => here.store.lookup([{ key: 'any', ageMs: 0 }]), WAIT)
    yield 'old'
  })
  expect(await report).toMatchObject({ outcome: 'miss', stored: false, reason: 'unverifiable' })
  expect(await here.stored('slow')).toBeUndefined()
})

it('a crash ends the copies of a process and its epoch', async () => {
  await fetchToken(site.open({ local: false }))
  const store = site.open({ local: { maxStalenessMs: 600_000 }, timeout: 250 })
  const { epoch, clock } = await fetchToken(store)
  await commitEntry(store, 'a', { dependencies: ['x'] })
  const lookUp = async () => (await store.lookup([{ key: 'a', ageMs: 0 }]))[0]
  await vi.waitFor(async () => expect(await lookUp()).toMatchObject({ entry: {}, token: undefined }), WAIT)
  await restart()
  await vi.waitFor(async () => expect(await lookUp()).toMatchObject({ entry: undefined }), WAIT)
  const after = await vi.waitFor(() => fetchToken(store), WAIT)
  expect(after.epoch).not.toBe(epoch)
  // Like a process that has not noticed the crash.
  const other = site.open({ local: false })
  await fetchToken(other)
  expect(await other.commit('a', entryOf(), { epoch, clock })).toBe('unverifiable')
})
