import { afterAll, beforeAll, describe } from 'vitest'
import { setUpCachingSites } from '../support/cachingSites.ts'
import { redisEnvironment, startRedisWithUser } from '../support/redisEnvironment.ts'
import type { RedisServer } from '../support/redisServer.ts'
import { describeAllProcesses, type ProcessGroup } from './behaviours/allProcesses.ts'
import { describeComplaints } from './behaviours/cacheComplaints.ts'
import { describeCachedRoutes } from './behaviours/cachedRoutes.ts'
import { describeEqualAnswers } from './behaviours/equalAnswers.ts'
import { describeHangingPages, describeLostRedis } from './behaviours/lostRedis.ts'
import { describeRollingDeploy } from './behaviours/rollingDeploy.ts'

// One site that uses every caching API of Next, over HTTP.

const sites = setUpCachingSites()

describe.each([
  ['cacheComponents', true],
  ['segment configs', false],
])('a site with %s', (_, cacheComponents) => {
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

  describeEqualAnswers(sites, cacheComponents, {
    'one process without Redis': async () => [await sites().start({ cacheComponents })],
    'three processes on one Redis': async () => [group.first, group.second, group.strict],
  })
  describeAllProcesses(sites, cacheComponents, () => group)
  describeCachedRoutes(sites, () => group)
  describeComplaints(sites, cacheComponents, () => group)
  describeLostRedis(sites, cacheComponents)
  if (cacheComponents) {
    describeHangingPages(sites)
    describeRollingDeploy(sites, () => group)
  }
})
