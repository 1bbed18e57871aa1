import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { build, type Site, start } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'

// Next 16.0, the last version that the library does not support. It keeps its manifests elsewhere, as a later version may
// do. Fragments render uncached, and no page that Next stores goes stale.

const pages = { '/': 'story:1', '/behind': 'story:2', '/cached': 'story:3' }

let workspace: Workspace
let site: Site

beforeAll(async () => {
  workspace = await createWorkspace('test/next/stories', {
    versions: { next: '16.0.11', typescript: '~5.9.3' },
    flags: ['--legacy-peer-deps'],
  })
  const options = { cacheComponents: true }
  const folder = workspace.newSite(options)
  await build(folder, options)
  site = await start(folder, options)
})

afterAll(async () => {
  await site?.stop()
  workspace?.dispose()
})

it.each(Object.entries(pages))('the prerendered page %s follows an expiry at once', async (path, obj) => {
  expect((await site.get(path)).text).toContain(`${obj}=1`)
  for (const value of ['2', '3']) {
    const reply = await site.send({ write: { [obj]: value }, expire: obj })
    expect(reply).toMatchObject({ expired: 0, pagesRevalidated: true })
    expect((await site.get(path)).text).toContain(`${obj}=${value}`)
  }
})

it('a page is kept no longer than the shortest ttl of its uncached fragments', () => {
  const manifest = JSON.parse(readFileSync(join(site.folder, '.next/prerender-manifest.json'), 'utf8'))
  expect(manifest.routes['/brief']).toMatchObject({
    initialRevalidateSeconds: 60,
    initialExpireSeconds: 300,
  })
})

it('the console names the supported versions once', async () => {
  for (const _ of ['first render', 'second render']) {
    await site.send({ expire: 'story:1' })
    await site.get('/')
  }
  expect(site.log().match(/This version of Next\.js does not offer/g)).toHaveLength(1)
  expect(site.log()).toContain('Use Next.js >=16.1.0')
  expect(site.log()).toContain('CC_NEXT_MOVED')
})
