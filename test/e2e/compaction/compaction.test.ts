import { afterAll, beforeAll, describe } from 'vitest'
import { browserTest } from '../../support/browser.ts'
import { build, develop, type Site, type SiteOptions, start } from '../../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../../support/nextWorkspace.ts'
import { setUpSite, visitAllRoutes } from '../../support/runningSite.ts'
import { actions } from './behaviours/actions.ts'
import { articles } from './behaviours/articles.ts'
import { basePath } from './behaviours/basePath.ts'
import { declared } from './behaviours/declared.ts'
import { htmlOnce } from './behaviours/htmlOnce.ts'
import { ids } from './behaviours/ids.ts'
import { images } from './behaviours/images.ts'
import { islands } from './behaviours/islands.ts'
import { links } from './behaviours/links.ts'
import { navigation } from './behaviours/navigation.ts'
import { policy } from './behaviours/policy.ts'
import { recoveries } from './behaviours/recoveries.ts'
import { remounts } from './behaviours/remounts.ts'
import { sameDom } from './behaviours/sameDom.ts'
import { trees } from './behaviours/trees.ts'
import type { BrowserTest } from './twins.ts'

// Compares pages with compact fragments in a browser with their twins, the same pages without the library.

let workspace: Workspace

beforeAll(async () => {
  workspace = await createWorkspace('test/e2e/compaction/site')
})

afterAll(() => workspace?.dispose())

describe('next build', () => {
  const [site, test] = setUp({})
  sameDom(test, site, {})
  actions(test, site)
  policy(test, site)
  htmlOnce(test, site)
  articles(test, site)
  declared(test, site)
  links(test, site)
  images(test, site)
  navigation(test, site)
})

describe('next build, basePath and trailingSlash', () => {
  const base = '/base'
  const [site, test] = setUp({ basePath: base })
  basePath(test, site, base)
})

// The server sends a stored shell before the parts of a request.
describe('next build, cacheComponents', () => {
  const options = { cacheComponents: true }
  const [site, test] = setUp(options)
  sameDom(test, site, options)
  ids(test, site)
  islands(test, site)
  remounts(test, site)
  recoveries(test, site)
  trees(test, site)
  articles(test, site)
  declared(test, site)
  links(test, site, ['cached'])
  images(test, site, ['cached'])
})

// A bundler decides how components are recognised, and which code of links a browser gets.
describe('next build --webpack', () => {
  const [site, test] = setUp({ webpack: true })
  declared(test, site)
  links(test, site, ['cached'])
  images(test, site, ['cached'])
})

// The development code of React renders, hydrates and reports errors.
describe('next dev, cacheComponents', () => {
  const options = { cacheComponents: true, development: true }
  const [site, test] = setUp(options)
  sameDom(test, site, options)
  recoveries(test, site)
})

function setUp(options: SiteOptions): [() => Site, BrowserTest] {
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
  return [site, browserTest(site)]
}
