import { afterAll, beforeAll } from 'vitest'
import type { CachingSites } from '../../support/cachingSites.ts'
import { redisEnvironment, startRedisWithUser } from '../../support/redisEnvironment.ts'
import type { RedisServer } from '../../support/redisServer.ts'
import { describeAllProcesses, type ProcessGroup } from './allProcesses.ts'
import { describeCachedRoutes } from './cachedRoutes.ts'
import { describeEqualAnswers } from './equalAnswers.ts'

/** Starts a Redis and three processes on it, and stops the Redis after the tests. */
export function setUpProcessGroup(sites: () => CachingSites, cacheComponents: boolean): () => ProcessGroup {
  let redis: RedisServer
  let group: ProcessGroup

  beforeAll(async () => {
    sites().cms.reset()
    redis = await startRedisWithUser()
    const start = (env: Record<string, string> = {}) =>
      sites().start({ cacheComponents, env: { ...redisEnvironment(redis.port), ...env } })
    const first = await start()
    const second = await start()
    group = { first, second, strict: await start({ CONTENT_CACHE_CONSISTENCY: 'strict' }), redis }
  })
  afterAll(() => redis?.stop())

  return () => group
}

/**
 * What holds for all caches of Next, on each version of Next and Node.
 *
 * @param next the version of Next, where it is not the project's
 */
export function describeCaches(
  sites: () => CachingSites,
  cacheComponents: boolean,
  group: () => ProcessGroup,
  next?: string,
) {
  const groups = {
    'one process without Redis': async () => [await sites().start({ cacheComponents })] as const,
    'three processes on one Redis': async () => [group().first, group().second, group().strict] as const,
  }
  describeEqualAnswers(sites, cacheComponents, groups, next)
  describeAllProcesses(sites, cacheComponents, group, next)
  describeCachedRoutes(sites, group)
}
