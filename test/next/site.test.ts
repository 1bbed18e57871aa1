import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { develop, type SiteOptions, start, startStandalone } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import {
  expectNoSecrets,
  redisEnvironment,
  startRedisWithUser,
  waitForConnection,
} from '../support/redisEnvironment.ts'
import type { RedisServer } from '../support/redisServer.ts'
import { setUpSite, visitAllRoutes } from '../support/runningSite.ts'
import { describeDevelopment, describeProduction } from './behaviours/all.ts'
import { describeExports } from './behaviours/exports.ts'
import { describeIdsOfPrerenderedPages } from './behaviours/ids.ts'
import { describeMarkup } from './behaviours/markup.ts'
import { describeNesting } from './behaviours/nesting.ts'
import { describeActions, describePages } from './behaviours/pages.ts'

// The packed library in a site outside of the project, as its users install it. The tests send HTTP requests.

let workspace: Workspace

beforeAll(async () => {
  workspace = await createWorkspace()
})

afterAll(() => workspace?.dispose())

/** `next start` serves it like any other build, so one build serves for both. */
const standalone: SiteOptions = { standalone: true }

// Each bundler and each setting once. `npm run test:matrix` has their combinations.
const production: Record<string, SiteOptions> = {
  'next build': {},
  'next build --webpack, cacheComponents': { webpack: true, cacheComponents: true },
}

for (const [name, options] of Object.entries(production)) {
  describe(name, () => {
    const site = setUpSite(async () => {
      const folder = await workspace.newBuiltSite(options.webpack ? options : standalone)
      return start(folder, options)
    })
    describeProduction(site, options)
  })
}

describe('a standalone build that was moved', () => {
  const site = setUpSite(async () => {
    return startStandalone(await workspace.newMovedStandalone(), standalone)
  })
  // Behaviours that read files which a move could lose: pages, actions and client modules.
  describeNesting(site)
  describeActions(site)
  describePages(site)
  describeMarkup(site)
  describeIdsOfPrerenderedPages(site)
})

// With Redis, because the sites above keep their fragments in memory. The matrix runs `next dev` with both bundlers,
// cacheComponents and the store in memory.
describe('next dev', () => {
  let redis: RedisServer
  const site = setUpSite(async () => {
    redis = await startRedisWithUser()
    const options = { development: true, env: redisEnvironment(redis.port) }
    const developed = await develop(workspace.newSite(options), options)
    await visitAllRoutes(developed)
    await waitForConnection(developed)
    return developed
  })
  afterAll(() => redis?.stop())
  describeExports(() => ({ site: site(), redis: redis.client }), { development: true })
  describeDevelopment(site, { development: true })
  it('next dev has printed no password and no secret', () => expectNoSecrets(site().log()))
})

describe('a script outside of Next', () => {
  it('a script can expire, and learns that no page is revalidated', () => {
    const script = join(workspace.newSite({}), 'script.mjs')
    const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' })
    expect(JSON.parse(printed)).toEqual({ expired: 0, pagesRevalidated: false })
  })
})
