import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type CachingSites, revalidateInHandler } from '../../support/cachingSites.ts'
import { findFreePort } from '../../support/findFreePort.ts'
import { BUILD_LOG } from '../../support/nextWorkspace.ts'
import { redisEnvironment } from '../../support/redisEnvironment.ts'
import { readShown } from '../../support/shownPage.ts'
import { EDITED_IDS, KEPT_ID } from '../caches/site/routes.ts'
import { newValue, type ProcessGroup } from './allProcesses.ts'

/** Longer than a process needs for its first page, on a busy machine. */
const WAIT = { timeout: 60_000, interval: 100 }

/** A second build with other code, on a machine without Redis. */
export function describeRollingDeploy(sites: () => CachingSites, group: () => ProcessGroup) {
  describe('a rolling deploy', () => {
    let folder: string

    beforeAll(async () => {
      // It leads nowhere. A build with the published handler fails then, after minutes.
      const buildEnv = { CONTENT_CACHE_REDIS_URL: `redis://127.0.0.1:${await findFreePort()}` }
      folder = await sites().build({ cacheComponents: true, edition: 'second', buildEnv })
    })

    it('the build needs no Redis', () => {
      const manifest = JSON.parse(readFileSync(join(folder, '.next/prerender-manifest.json'), 'utf8'))
      expect(Object.keys(manifest.routes)).toEqual(expect.arrayContaining(['/fixed', '/use-cache/a']))
      expect(readFileSync(join(folder, BUILD_LOG), 'utf8')).not.toContain('ECONNREFUSED')
    })

    it('two builds on one Redis show their own output, and the edits of both', async () => {
      const env = redisEnvironment(group().redis.port)
      const newer = await sites().start({ cacheComponents: true, edition: 'second', env })
      const { first, strict } = group()
      for (const editor of [first, newer]) {
        const value = newValue()
        sites().cms.write({ 'use-cache/a': value })
        await revalidateInHandler(editor, { revalidateTag: ['use-cache/a'] })
        for (const site of [first, newer, strict])
          await vi.waitFor(
            async () => expect((await readShown(site, '/use-cache/a')).value).toBe(value),
            WAIT,
          )
        for (const id of [...EDITED_IDS, KEPT_ID, 'deployed']) {
          for (const site of [first, newer, strict]) {
            const { edition } = await readShown(site, `/use-cache/${id}`)
            expect(edition, id).toBe(site === newer ? 'second' : 'first')
          }
        }
      }
      await newer.stop()
    })
  })
}
