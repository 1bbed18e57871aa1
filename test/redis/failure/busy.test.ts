import { beforeEach, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { commitEntry } from '../../support/commitEntry.ts'
import { redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const TIMEOUT = 250

let store: FragmentStore
beforeEach(async () => {
  store = redis.site({ local: false, timeout: TIMEOUT }).open()
  await vi.waitFor(() => commitEntry(store, 'a'), { timeout: 30_000 })
})

/** As a page does that takes long to render. */
function occupy(milliseconds: number) {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

const lookup = () => store.lookup([{ key: 'a', ageMs: 0, shared: true }])

it('a reply is no failure when only the process was too busy to read it', async () => {
  for (let turn = 0; turn < 5; turn++) {
    const pendingLookup = lookup()
    // It is sent before the process is busy.
    await new Promise(setImmediate)
    occupy(2 * TIMEOUT)
    expect((await pendingLookup)[0]?.entry?.name).toBe('section')
  }
})

it('a server that does not answer is waited for no longer than the timeout', async () => {
  redis.server.suspend()
  const startedAt = performance.now()
  await expect(lookup()).rejects.toMatchObject({ code: 'CC_REDIS_UNREACHABLE' })
  expect(performance.now() - startedAt).toBeGreaterThan(TIMEOUT - 10)
  redis.server.resume()
  await vi.waitFor(lookup, { timeout: 30_000 })
})
