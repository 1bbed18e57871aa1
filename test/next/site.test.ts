import { afterAll, beforeAll, describe } from 'vitest'
import { build, type Site, type SiteOptions, start } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import { fills } from './behaviours/fills.ts'
import { guards } from './behaviours/guards.ts'
import { memo } from './behaviours/memo.ts'
import { nesting } from './behaviours/nesting.ts'
import { actions, pages, partlyPrerendered } from './behaviours/pages.ts'
import { tags, useCache } from './behaviours/tags.ts'

let workspace: Workspace
beforeAll(async () => {
  workspace = await createWorkspace()
})
afterAll(() => workspace.dispose())

function production(name: string, options: SiteOptions): { site: () => Site; folder: () => string } {
  let site: Site
  let folder: string
  beforeAll(async () => {
    const extra = options.cacheComponents ? ['fixture-cache-components'] : []
    folder = workspace.site(name, 'fixture', ...extra)
    await build(folder, options)
    site = await start(folder, options)
  })
  afterAll(async () => {
    if (process.env.SHOW_LOG) console.log(site.log())
    await site?.stop()
  })
  return { site: () => site, folder: () => folder }
}

for (const cacheComponents of [false, true]) {
  describe(`next build${cacheComponents ? ' with cacheComponents' : ''}`, () => {
    const options = { cacheComponents }
    const { site, folder } = production(cacheComponents ? 'partial' : 'plain', options)
    nesting(site)
    fills(site)
    guards(site, options)
    memo(site)
    tags(site)
    actions(site)
    pages(site, folder)
    if (cacheComponents) {
      useCache(site)
      partlyPrerendered(site)
    }
  })
}
