import { expect, it, vi } from 'vitest'
import type { WorkerContext } from '../../lib/worker/context.ts'
import { createMessageChannel } from '../../lib/worker/messageChannel.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }
const proxied = proxiedSite(redis, { local: false })

it('a channel on a dead connection is not listening until it has another one', async () => {
  const events: WorkerEvent[] = []
  const handled: string[] = []
  const context = {
    connection: proxied.connection,
    keys: proxied.site.keys,
    options: { channel: 'content' },
    emit: (event: WorkerEvent) => void events.push(event),
  } as unknown as WorkerContext
  const channel = createMessageChannel(context, async (texts) => void handled.push(...texts), {
    heartbeatMs: 200,
  })
  channel.listen(() => {})
  await vi.waitFor(() => expect(channel.listening).toBe(true), WAIT)
  proxied.proxy.swallow()
  await vi.waitFor(() => expect(channel.listening).toBe(false), WAIT)
  expect(events).toContainEqual(expect.objectContaining({ type: 'error', operation: 'channel' }))
  await vi.waitFor(() => expect(channel.listening).toBe(true), WAIT)
  await vi.waitFor(async () => {
    await redis.client.publish('content', 'message')
    expect(handled).toContain('message')
  }, WAIT)
  await channel.stop()
})
