import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type BrowserTest, expectSameDom } from '../e2e/compaction/twins.ts'
import { back, change, forward, go, load, refresh } from '../e2e/compaction/visits.ts'
import { browserTest } from '../support/browser.ts'
import { build, type Site, type SiteOptions, start } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import { setUpSite } from '../support/runningSite.ts'
import { type ComponentLibrary, componentLibraries } from './componentLibraries.ts'
import { normalizeLines } from './normalizeLines.ts'

// A site whose pages use component libraries inside fragments. Each page is compared in a browser with its twin, the same
// page without this library. `npm run test:matrix` reads the titles of the inner `describe`s back from the report.

const fixture = 'test/matrix/libraries'

/** What the site shares with the site of the browser tests. */
const shared = ['Fragment.tsx', 'app/control', 'client/Steering.tsx', 'public/dot.png', 'testControl.ts']

/** The binary of Node.js, where `npm run test:matrix` chooses it. */
const { node } = JSON.parse(process.env.MATRIX ?? '{}')

let workspace: Workspace

beforeAll(async () => {
  const { dependencies } = JSON.parse(readFileSync(join(fixture, 'package.json'), 'utf8'))
  workspace = await createWorkspace(fixture, { versions: { ...dependencies, typescript: '~5.9.3' } })
})

afterAll(() => workspace?.dispose())

for (const cacheComponents of [false, true]) {
  describe(`next build${cacheComponents ? ', cacheComponents' : ''}`, () => {
    const options = { cacheComponents, node }
    const site = setUpSite(() => startSite(options))
    const test = browserTest(site)
    for (const [name, library] of Object.entries(componentLibraries))
      describe(name, () => describeLibrary(test, site, library, options))
  })
}

async function startSite(options: SiteOptions): Promise<Site> {
  const folder = workspace.newSite(options)
  for (const path of shared)
    cpSync(join('test/e2e/compaction/site', path), join(folder, path), { recursive: true })
  await build(folder, options)
  return start(folder, options)
}

function describeLibrary(
  test: BrowserTest,
  site: () => Site,
  { page, interactions, mountsHidden }: ComponentLibrary,
  { cacheComponents }: SiteOptions,
): void {
  const fragment = `${page}["cached"]`
  const exact = { comparison: 'exact', normalize: normalizeLines, prefetch: false } as const
  const mounted = { ...exact, comparison: 'mounted' } as const
  const countHits = () => site().count(`hit ${fragment}`)

  /** Changes the content, so that the next visit is a miss. @returns a function that resolves after its commit */
  async function edit(edition: string): Promise<() => Promise<void>> {
    const commits = await site().count(`commit ${fragment} committed`)
    await change(site(), page, edition)
    return () => site().stored(fragment, commits + 1)
  }

  async function fillWith(edition: string): Promise<void> {
    const stored = await edit(edition)
    await site().get(`/${page}/cached`)
    await stored()
  }

  // With `cacheComponents` scripts move the content that depends on the request into place.
  if (!cacheComponents) {
    test('a miss and a hit have the DOM of their twin before any script', async ({ newVisitor }) => {
      const visit = (visitor: Page, mode: string) => visitor.goto(`/${page}/${mode}`)
      const stored = await edit('spring')
      const take = await expectSameDom(newVisitor, 'cached', { ...exact, javaScriptEnabled: false }, visit)
      await stored()
      const hits = await countHits()
      await take(visit)
      expect(await countHits()).toBeGreaterThan(hits)
    })
  }

  test('a miss, a hit and a page after an expiry have the DOM of their twin', async ({ newVisitor }) => {
    const visit = (visitor: Page, mode: string) => load(visitor, `/${page}/${mode}`)
    const stored = await edit('summer')
    const take = await expectSameDom(newVisitor, 'cached', mountsHidden ? mounted : exact, visit)
    await stored()
    const hits = await countHits()
    expect((await take(visit)).join('\n')).toContain('summer')
    expect(await countHits()).toBeGreaterThan(hits)
    await edit('autumn')
    const fresh = (await take(visit)).join('\n')
    expect(fresh).toContain('autumn')
    expect(fresh).not.toContain('summer')
  })

  test('a hit has the DOM of its twin after each interaction and a refresh', async ({ newVisitor }) => {
    const visit = (visitor: Page, mode: string) => load(visitor, `/${page}/${mode}`)
    await fillWith('winter')
    const hits = await countHits()
    const take = await expectSameDom(newVisitor, 'cached', mounted, visit, ...interactions)
    expect(await countHits()).toBeGreaterThan(hits)
    await edit('spring')
    expect((await take(refresh)).join('\n')).toContain('spring')
  })

  test('a hit has the DOM of its twin after a navigation, back and forward', async ({ newVisitor }) => {
    await fillWith('summer')
    const hits = await countHits()
    await expectSameDom(
      newVisitor,
      'cached',
      mounted,
      (visitor) => load(visitor, `/${page}/home`),
      (visitor, mode) => go(visitor, `/${page}/${mode}`),
      (visitor) => back(visitor, `/${page}/home`),
      (visitor, mode) => forward(visitor, `/${page}/${mode}`),
    )
    expect(await countHits()).toBeGreaterThan(hits)
  })
}
