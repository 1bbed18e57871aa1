import { afterAll, beforeAll, describe } from 'vitest'
import { browserTest } from '../../support/browser.ts'
import { build, develop, type SiteOptions, start } from '../../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../../support/nextWorkspace.ts'
import { setUpSite, visitAllRoutes } from '../../support/runningSite.ts'
import { actions } from './behaviours/actions.ts'
import { htmlOnce } from './behaviours/htmlOnce.ts'
import { ids } from './behaviours/ids.ts'
import { islands } from './behaviours/islands.ts'
import { policy } from './behaviours/policy.ts'
import { remounts } from './behaviours/remounts.ts'
import { sameDom } from './behaviours/sameDom.ts'
import { trees } from './behaviours/trees.ts'

// Compares pages with compact fragments in a browser with their twins, the same pages without the library.

let workspace: Workspace

beforeAll(async () => {
  workspace = await createWorkspace('test/e2e/compaction/site')
})

afterAll(() => workspace?.dispose())

// Each setting once.
const sites: Record<string, SiteOptions> = {
  'next build': {},
  'next dev, cacheComponents': { development: true, cacheComponents: true },
}

for (const [name, options] of Object.entries(sites)) {
  // `npm test` lists the tests that passed only when they were retried.
  describe(name, { retry: 1 }, () => {
    const site = setUpSite(async () => {
      const folder = workspace.newSite(options)
      if (!options.development) {
        await build(folder, options)
        return start(folder, options)
      }
      const developed = await develop(folder, options)
      await visitAllRoutes(developed)
      return developed
    })
    const test = browserTest(site)
    sameDom(test, site, options)
    islands(test, site)
    remounts(test, site)
    // The tests of the site over HTTP show the ids of `next dev`. The rest does not depend on how the server was started.
    if (options.development) return
    ids(test, site)
    trees(test, site)
    actions(test, site)
    policy(test, site)
    htmlOnce(test, site)
  })
}
