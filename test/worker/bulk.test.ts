import { expect, it, vi } from 'vitest'
import { createWorker } from '../../lib/worker/createWorker.ts'
import type { WorkerEvent } from '../../lib/worker/workerEvent.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { startRecordingSite } from '../support/recordingSite.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()

it('the last rebuild of a page begins after its fragment is marked stale', async () => {
  const redisSite = redis.site({
    namespace: 'cc',
    objectPrefix: 'obj:',
    reversePrefix: 'sobj:',
    local: false,
  })
  const store = redisSite.open()
  const site = await startRecordingSite()
  const ids = Array.from({ length: 500 }, (_, id) => id)
  for (const id of ids) await commitEntry(store, `f${id}`, { dependencies: [`story:${id}`], route: `/${id}` })
  /** For each route, whether its fragment was stale at the last request. */
  const staleAtLastRequest = new Map<string, boolean>()
  site.answer = async (request, response) => {
    const route = request.url ?? ''
    const [lookup] = await store.lookup([{ key: `f${route.slice(1)}`, ageMs: 0, shared: true }])
    staleAtLastRequest.set(route, lookup?.markedStale ?? false)
    response.end()
  }
  const events: WorkerEvent[] = []
  const worker = createWorker({
    redis: redis.server.url,
    site: site.origin,
    minInterval: 0,
    onEvent: (event) => void events.push(event),
  })
  worker.run()
  await vi.waitFor(() => expect(events.some(({ type }) => type === 'ready')).toBe(true))
  const transaction = redis.client.multi()
  for (const id of ids)
    transaction.xadd('cc:messages', '*', 'message', JSON.stringify({ key: `story:${id}`, action: 'save' }))
  await transaction.exec()
  await vi.waitFor(
    async () => {
      expect(events.some(({ type }) => type === 'handled')).toBe(true)
      expect(await redis.client.exists('cc:rebuild:queue', 'cc:rebuild:active')).toBe(0)
    },
    { timeout: 30_000, interval: 20 },
  )
  await worker.stop()
  await redisSite.close()
  await site.close()
  const rebuiltTooEarly = [...staleAtLastRequest].filter(([, stale]) => !stale).map(([route]) => route)
  expect(staleAtLastRequest.size).toBe(ids.length)
  expect(rebuiltTooEarly).toEqual([])
})
