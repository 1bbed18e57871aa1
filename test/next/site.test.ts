import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { build, develop, type Site, type SiteOptions, start, startStandalone } from '../support/nextSite.ts'
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

let n = 0
function run(options: SiteOptions & { dev?: boolean }): { site: () => Site; folder: () => string } {
  let site: Site
  let folder: string
  const name = `site${++n}`
  beforeAll(async () => {
    const extra = options.cacheComponents ? ['fixture-cache-components'] : []
    folder = workspace.site(name, 'fixture', ...extra)
    const t = Date.now()
    if (options.dev) {
      site = await develop(folder, options)
    } else {
      await build(folder, options)
      console.log('build', JSON.stringify(options), Date.now() - t)
      if (options.standalone) {
        const moved = workspace.folder + '-moved'
        cpSync(join(folder, '.next/standalone'), moved, { recursive: true })
        folder = join(moved, name)
        site = await startStandalone(folder, options)
      } else site = await start(folder, options)
    }
  })
  afterAll(async () => {
    if (process.env.SHOW_LOG) console.log(site.log())
    await site?.stop()
  })
  return { site: () => site, folder: () => folder }
}

const variants: (SiteOptions & { dev?: boolean })[] = [
  { cacheComponents: false },
  { cacheComponents: true },
  { cacheComponents: false, bundler: 'webpack' },
  { cacheComponents: true, bundler: 'webpack' },
  { cacheComponents: false, standalone: true },
  { cacheComponents: true, standalone: true },
  { cacheComponents: false, dev: true },
  { cacheComponents: true, dev: true },
  { cacheComponents: false, dev: true, bundler: 'webpack' },
]
for (const options of variants) {
  describe(`variant ${JSON.stringify(options)}`, () => {
    const { cacheComponents } = options
    const { site, folder } = run(options)
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
