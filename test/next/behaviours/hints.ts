import { describe, expect, it } from 'vitest'
import { newId, type Site } from '../../support/nextSite.ts'

/** Warnings on the console in development, which need no event listener. */
export function describeHints(site: () => Site) {
  describe('the console', () => {
    it('the console warns once per place that unstable_cache ignores a registration', async () => {
      for (const id of [newId(), newId()]) await site().get(`/ignored/${id}`)
      await site().logged('CC_REGISTER_IGNORED')
      expect(
        site()
          .log()
          .match(/was called inside `unstable_cache`/g),
      ).toHaveLength(1)
    })

    it('the console names the nearest registered keys when an expiry matches none', async () => {
      const id = newId()
      await site().get(`/item/${id}`)
      await site().send({ expire: `${id}:a` })
      await site().logged(`no cached fragment shows "${id}:a"`)
      expect(site().log()).toContain(`nearest to it: "${id}/a"`)
    })
  })
}
