import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { build, type SiteOptions, start } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import { setUpSite } from '../support/runningSite.ts'

// Versions of Next that the adapter does not work with. Fragments render uncached, and no page that Next stores goes
// stale.

const workspaces: Promise<Workspace>[] = []

afterAll(async () => {
  for (const workspace of workspaces) (await workspace).dispose()
})

interface UnsupportedNext {
  readonly create: () => Promise<Workspace>
  readonly options: SiteOptions
}

// Each setting once: that the adapter finds a field missing does not depend on the setting, or on the reason.
const versions: Record<string, UnsupportedNext> = {
  'Next 16.0, which is too old': {
    create: () =>
      createWorkspace('test/next/uncached', {
        versions: { next: '16.0.11', typescript: '~5.9.3' },
        flags: ['--legacy-peer-deps'],
        packedIn: inject('installation'),
      }),
    options: {},
  },
  'a Next that keeps its manifests elsewhere, with cacheComponents': {
    create: async () => {
      const workspace = await createWorkspace('test/next/uncached', 'copy')
      moveManifests(join(workspace.folder, 'node_modules/next/dist'))
      return workspace
    },
    options: { cacheComponents: true },
  },
}

for (const [name, { create, options }] of Object.entries(versions)) {
  describe(name, () => {
    const site = setUpSite(async () => {
      const creating = create()
      workspaces.push(creating)
      const folder = (await creating).newSite(options)
      await build(folder, options)
      return start(folder, options)
    })
    const pages = { '/': 'story:1', '/behind': 'story:2' }
    if ('cacheComponents' in options) Object.assign(pages, { '/cached': 'story:3' })

    it.each(Object.entries(pages))('the prerendered page %s follows an expiry at once', async (path, obj) => {
      expect((await site().get(path)).text).toContain(`${obj}=1`)
      for (const value of ['2', '3']) {
        const reply = await site().send({ write: { [obj]: value }, expire: obj })
        expect(reply).toMatchObject({ expired: 0, pagesRevalidated: true })
        expect((await site().get(path)).text).toContain(`${obj}=${value}`)
      }
    })

    it('a page is kept no longer than the shortest ttl of its uncached fragments', () => {
      const manifest = JSON.parse(readFileSync(join(site().folder, '.next/prerender-manifest.json'), 'utf8'))
      expect(manifest.routes['/brief']).toMatchObject({
        initialRevalidateSeconds: 60,
        initialExpireSeconds: 300,
      })
    })

    it('the console names the supported versions once', async () => {
      for (const _ of ['first render', 'second render']) {
        await site().send({ expire: 'story:1' })
        await site().get('/')
      }
      expect(
        site()
          .log()
          .match(/This version of Next\.js does not offer/g),
      ).toHaveLength(1)
      expect(site().log()).toContain('Use Next.js >=16.1.0')
      expect(site().log()).toContain('CC_NEXT_MOVED')
    })
  })
}

/** Renames the global with the manifests in all code of Next, as a later version may do. */
function moveManifests(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || !file.name.endsWith('.js')) continue
    const path = join(file.parentPath, file.name)
    const source = readFileSync(path, 'utf8')
    if (!source.includes('next.server.manifests')) continue
    writeFileSync(path, source.replaceAll('next.server.manifests', 'next.server.manifests-moved'))
  }
}
