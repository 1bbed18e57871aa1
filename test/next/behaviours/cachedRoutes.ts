import { describe, expect, it, vi } from 'vitest'
import type { CachingSites } from '../../support/cachingSites.ts'
import type { Site } from '../../support/nextSite.ts'
import { revalidateSite } from '../../support/revalidateSite.ts'
import { REVALIDATION_KINDS, type RevalidationKind } from '../../support/revalidationKinds.ts'
import { readShown, toShownPage } from '../../support/shownPage.ts'
import { getPaths, getRoutes } from '../caches/site/routes.ts'
import { newValue, type ProcessGroup } from './allProcesses.ts'

const WAIT = { timeout: 20_000, interval: 20 }

/** Routes that Next does not cache, or not for all visitors, or not for long. */
export function describeCachedRoutes(sites: () => CachingSites, group: () => ProcessGroup) {
  const getSites = () => [group().first, group().second, group().strict]

  describe('a route with its own rules', () => {
    it('a dynamic page shows each value at once', async () => {
      const value = newValue()
      sites().cms.write({ 'live/a': value })
      for (const site of getSites()) expect((await readShown(site, '/live')).value).toBe(value)
    })

    it('a visitor in draft mode sees the newest value, and no other visitor does', async () => {
      const { first, second, strict } = group()
      const before = await readShown(second, '/drafted')
      const value = newValue()
      sites().cms.write({ 'drafted/a': value })
      const { headers } = await first.get('/draft', { method: 'POST' })
      const [cookie = ''] = headers.get('set-cookie')?.split(';') ?? []
      expect(cookie).toContain('__prerender_bypass=')
      for (const site of getSites()) {
        const draft = toShownPage(await site.get('/drafted', { headers: { cookie } }))
        expect(draft.value).toBe(value)
        expect(await readShown(site, '/drafted')).toEqual(before)
      }
      const left = await strict.get('/draft', { method: 'DELETE', headers: { cookie } })
      expect(left.headers.get('set-cookie')).toContain('__prerender_bypass=;')
    })

    it('a middleware on the Edge runtime answers', async () => {
      for (const site of getSites()) {
        const answer = await site.get('/edge')
        expect([answer.status, answer.html]).toEqual([200, 'answered on the Edge'])
      }
    })

    it('an image is optimised by Next, and the store keeps nothing of it', async () => {
      const { first, redis } = group()
      const keys = async () => (await redis.client.keys('*')).sort()
      const before = await keys()
      const { status, headers } = await first.get('/_next/image?url=%2Fposter.png&w=64&q=75')
      expect(status).toBe(200)
      expect(headers.get('content-type')).toMatch(/^image\//)
      expect(await keys()).toEqual(before)
    })

    it('a page whose lifetime has ended is replaced in all processes', async () => {
      const value = newValue()
      sites().cms.write({ 'brief/a': value })
      for (const site of getSites())
        await vi.waitFor(async () => expect((await readShown(site, '/brief')).value).toBe(value), WAIT)
    })

    it('a render that began before an expiry is shown once, and not kept', async () => {
      const { first, second } = group()
      const [path] = getPaths(getRoutes(false), ['overtaken']).filter(({ key }) =>
        key.startsWith('unstable/'),
      )
      if (path === undefined) throw new Error('The site has no such route.')
      const [old, value] = [newValue(), newValue()]
      sites().cms.write({ [path.key]: old })
      const held = sites().cms.hold(path.key)
      const early = readShown(second, path.path)
      await vi.waitFor(() => expect(held.waiting()).toBe(1), WAIT)
      sites().cms.write({ [path.key]: value })
      await revalidateSite(first, REVALIDATION_KINDS[0] as RevalidationKind, [path])
      held.release()
      expect((await early).value).toBe(old)
      for (const site of getSites()) await expectValue(site, path.path, value)
    })
  })
}

async function expectValue(site: Site, path: string, value: string): Promise<void> {
  expect((await readShown(site, path)).value).toBe(value)
}
