import { describe } from 'vitest'
import { setUpCachingSites } from '../support/cachingSites.ts'
import { describeComplaints } from './behaviours/cacheComplaints.ts'
import { describeCaches, setUpProcessGroup } from './behaviours/caches.ts'
import { describeHangingPages, describeLostRedis } from './behaviours/lostRedis.ts'
import { describeRollingDeploy } from './behaviours/rollingDeploy.ts'

// One site that uses every caching API of Next, over HTTP.

const sites = setUpCachingSites()

describe.each([
  ['cacheComponents', true],
  ['segment configs', false],
])('a site with %s', (_, cacheComponents) => {
  const group = setUpProcessGroup(sites, cacheComponents)

  describeCaches(sites, cacheComponents, group)
  describeComplaints(sites, cacheComponents, group)
  describeLostRedis(sites, cacheComponents)
  if (cacheComponents) {
    describeHangingPages(sites)
    describeRollingDeploy(sites, group)
  }
})
