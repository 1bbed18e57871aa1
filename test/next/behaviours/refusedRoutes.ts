import { describe, expect, it } from 'vitest'
import type { CachingSites } from '../../support/cachingSites.ts'
import { getRefusedRoutes } from '../caches/site/routes.ts'

/** A version of Next refuses these routes, so the caching site does not have them there. */
export function describeRefusedRoutes(sites: () => CachingSites, next: string) {
  const refused = getRefusedRoutes(next)
  if (refused.length === 0) return

  describe('refused routes', () => {
    it.each(refused)('a build with the caches of Next refuses $api', async ({ refused }) => {
      const build = sites().build({ cacheComponents: true, caches: 'next', hasRefusedRoutes: true })
      await expect(build).rejects.toThrow(refused?.error)
    })
  })
}
