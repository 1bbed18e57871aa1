import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, develop, type SiteOptions, start, startStandalone } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import { setUpSite, visitAllRoutes } from '../support/runningSite.ts'
import { inDevelopment, inProduction } from './behaviours/all.ts'

// The packed library in a site outside of the project, as its users have it, driven over HTTP.

let workspace: Workspace
const moved: string[] = []

beforeAll(async () => {
  workspace = await createWorkspace()
})

afterAll(() => {
  workspace?.dispose()
  for (const folder of moved) rmSync(folder, { recursive: true, force: true })
})

const production: Record<string, SiteOptions> = {
  'next build': {},
  'next build, cacheComponents': { cacheComponents: true },
  'next build --webpack': { webpack: true },
  'next build --webpack, cacheComponents': { webpack: true, cacheComponents: true },
  'a standalone build that was moved': { standalone: true },
}

for (const [name, options] of Object.entries(production)) {
  describe(name, () => {
    const site = setUpSite(async () => {
      const folder = workspace.newSite(options)
      await build(folder, options)
      return options.standalone ? startStandalone(moveStandalone(folder), options) : start(folder, options)
    })
    inProduction(site, options)
  })
}

const development: Record<string, SiteOptions> = {
  'next dev': { development: true },
  'next dev, cacheComponents': { development: true, cacheComponents: true },
  'next dev --webpack': { development: true, webpack: true },
}

for (const [name, options] of Object.entries(development)) {
  describe(name, () => {
    const site = setUpSite(async () => {
      const developed = await develop(workspace.newSite(options), options)
      await visitAllRoutes(developed)
      return developed
    })
    inDevelopment(site, options)
  })
}

describe('a script outside of Next', () => {
  it('can expire, and learns that no page was told', () => {
    const script = join(workspace.newSite({}), 'script.mjs')
    const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' })
    expect(JSON.parse(printed)).toEqual({ expired: 0, pagesRevalidated: false })
  })
})

/** Out of reach of the packages that were installed for the build. */
function moveStandalone(folder: string): string {
  const target = mkdtempSync(join(tmpdir(), 'standalone-'))
  moved.push(target)
  cpSync(join(folder, '.next/standalone'), target, { recursive: true })
  return join(target, basename(folder))
}
