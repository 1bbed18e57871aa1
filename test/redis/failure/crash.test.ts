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

/** It comes back empty. */
async function restart(after = 0) {
  await server.kill()
  // The server is away for so long.
  await setTimeout(after)
  const { port } = server
  await server.stop()
  server = await startRedis({ port })
}

/** Visitors and editors who never stop. Each visit checks what it is shown. */
async function underLoad(sites: readonly FakeSite[], task: () => Promise<void>) {
  let over = false
  const visits = sites
    .flatMap((on) => [on, on])
    .map(async (on) => {
      while (!over) await newsroom.visit(on)
    })
  const edits = sites.map(async (on, editor) => {
    for (let edit = 0; !over; edit++) {
      // An expiry that fails is the editor's to repeat, and he is told.
      await newsroom.publish(on, (edit + editor) % 5).catch((error) => {
        expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED' })
      })
      // The load of an editor.
      await setTimeout(20)
    }
  })
  const ended = Promise.all([...visits, ...edits])
  await Promise.race([task(), ended])
  over = true
  await ended
}

it('a server that comes back empty costs no page, and shows nothing expired', async () => {
  // Copies in processes that do not ask may be old for a moment, which the check would not forgive.
  const sites = [{ local: false } as const, { consistency: 'strict' } as const].map((options) =>
    createSite({ clock: realClock, store: site.open({ ...options, timeout: 250 }) }),
  )
  await underLoad(sites, async () => {
    for (let crashes = 0; crashes < 4; crashes++) {
      // Load before the next crash.
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

it('what was read before the crash is not stored after it', async () => {
  const here = createSite({ clock: realClock, store: site.open({ local: false, timeout: 250 }) })
  await newsroom.visit(here)
  const page = here.request()
  const { report } = await page.serve('slow', async function* () {
    await restart()
    // Another history, whose clock stands where that of the last one stood.
    await vi.waitFor(() => here.store.lookup([{ key: 'any', ageMs: 0 }]), WAIT)
    yield 'old'
  })
  expect(await report).toMatchObject({ outcome: 'miss', stored: false, reason: 'unverifiable' })
  expect(await here.stored('slow')).toBeUndefined()
})

it('the copies and the epoch of a process go with the server', async () => {
  await fetchToken(site.open({ local: false }))
  const store = site.open({ local: { maxStalenessMs: 600_000 }, timeout: 250 })
  const { epoch, clock } = await fetchToken(store)
  await commitEntry(store, 'a', { dependencies: ['x'] })
  const find = async () => (await store.lookup([{ key: 'a', ageMs: 0 }]))[0]
  await vi.waitFor(async () => expect(await find()).toMatchObject({ entry: {}, token: undefined }), WAIT)
  await restart()
  await vi.waitFor(async () => expect(await find()).toMatchObject({ entry: undefined }), WAIT)
  const after = await vi.waitFor(() => fetchToken(store), WAIT)
  expect(after.epoch).not.toBe(epoch)
  // As a process would that has not noticed.
  const other = site.open({ local: false })
  await fetchToken(other)
  expect(await other.commit('a', entryOf(), { epoch, clock })).toBe('unverifiable')
})
