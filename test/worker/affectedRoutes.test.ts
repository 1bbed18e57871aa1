import { expect, it, vi } from 'vitest'
import { createConnection } from '../../lib/redis/connection/connection.ts'
import { enqueueAffectedRoutes, findAffectedRoutes } from '../../lib/worker/affectedRoutes.ts'
import type { WorkerContext } from '../../lib/worker/context.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()

it('all routes of 100 objects are found, at most 25 objects at a time', async () => {
  const site = redis.site({ local: false })
  const store = site.open()
  const objects = Array.from({ length: 100 }, (_, index) => `story:${index}`)
  for (const object of objects)
    await commitEntry(store, object, { dependencies: [object], route: `/${object}` })
  const connection = createConnection(redis.server.url, { timeout: 60_000, failures: 3, probeAfter: 1000 })
  let active = 0
  let maxActive = 0
  const countingConnection = {
    ...connection,
    runPastBreaker: async <T>(task: Parameters<typeof connection.runPastBreaker<T>>[0]) => {
      maxActive = Math.max(maxActive, ++active)
      return connection.runPastBreaker(task).finally(() => active--)
    },
  }
  const context = { connection: countingConnection, keys: site.keys } as unknown as WorkerContext
  expect((await findAffectedRoutes(context, objects)).routes).toHaveLength(objects.length)
  // A search queues nothing.
  expect(await redis.client.exists(site.keys.rebuildQueue)).toBe(0)
  const { routes, shownIn, dropped } = await enqueueAffectedRoutes(context, objects)
  expect([...routes].sort()).toEqual(objects.map((object) => `/${object}`).sort())
  expect(shownIn).toHaveLength(objects.length)
  expect(dropped).toBe(0)
  expect(await redis.client.zcard(site.keys.rebuildQueue)).toBe(objects.length)
  expect(maxActive).toBe(25)
  await connection.close()
  await site.close()
})
