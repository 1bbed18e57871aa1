import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { commitEntry } from '../../support/commitEntry.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import { redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const TIMEOUT = 250

let store: FragmentStore
beforeEach(async () => {
  store = redis.site({ local: false, timeout: TIMEOUT }).open()
  await vi.waitFor(() => commitEntry(store, 'a'), { timeout: 30_000 })
})

/** Blocks the process, as a page does that takes long to render. Uses no CPU, so that Redis can reply. */
function blockProcess(milliseconds: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

const lookUp = () => store.lookup([{ key: 'a', ageMs: 0, shared: true }])

it('a reply that arrived in time is read although the process was busy', async () => {
  for (let turn = 0; turn < 3; turn++) {
    const pendingLookup = lookUp()
    // The command is sent before the process is busy.
    await flushEventLoop()
    // Redis has all of this time to reply, also on a busy machine.
    blockProcess(4 * TIMEOUT)
    expect((await pendingLookup)[0]?.entry?.name).toBe('section')
  }
})

it('a command that gets no reply fails after the timeout, and not before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
    redis.server.resume()
  })
  redis.server.suspend()
  const onFailure = vi.fn()
  const failure = Promise.resolve(lookUp()).catch(onFailure)
  await flushEventLoop()
  vi.advanceTimersByTime(TIMEOUT - 1)
  await flushEventLoop()
  expect(onFailure).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  await failure
  expect(onFailure).toHaveBeenCalledWith(expect.objectContaining({ code: 'CC_REDIS_UNREACHABLE' }))
  vi.useRealTimers()
  redis.server.resume()
  await vi.waitFor(lookUp, { timeout: 30_000 })
})
