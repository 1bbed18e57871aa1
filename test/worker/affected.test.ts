import { expect, it, vi } from 'vitest'
import { createConnection } from '../../lib/redis/connection.ts'
import { findAffected } from '../../lib/worker/affected.ts'
import type { WorkerContext } from '../../lib/worker/context.ts'
import { put } from '../support/put.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()

it('routes of many objects are looked for several at a time, and all are found', async () => {
  const site = redis.site({ local: false })
  const store = site.open()
  const objects = Array.from({ length: 100 }, (_, index) => `story:${index}`)
  for (const object of objects) await put(store, object, { dependencies: [object], route: `/${object}` })
  const connection = createConnection(redis.server.url, { timeout: 60_000, failures: 3, probeAfter: 1000 })
  let underWay = 0
  let most = 0
  const counting = {
    ...connection,
    forExpiring: async <T>(task: Parameters<typeof connection.forExpiring<T>>[0]) => {
      most = Math.max(most, ++underWay)
      return connection.forExpiring(task).finally(() => underWay--)
    },
  }
  const context = { connection: counting, keys: site.keys } as unknown as WorkerContext
  const { routes, shownIn, dropped } = await findAffected(context, objects, 1_000)
  expect([...routes].sort()).toEqual(objects.map((object) => `/${object}`).sort())
  expect(shownIn).toHaveLength(objects.length)
  expect(dropped).toBe(0)
  expect(await redis.client.zcard(site.keys.rebuild)).toBe(objects.length)
  expect(most).toBe(25)
  await connection.close()
  await site.close()
})
