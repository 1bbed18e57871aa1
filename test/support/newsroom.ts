import { expect } from 'vitest'
import { type FakeSite, register } from './fakeSite.ts'

/**
 * Creates stories that any number of processes write and show. Checks that no visitor sees a story from before an expiry
 * that ended before the visit.
 */
export function createNewsroom(stories = 5) {
  const ids = Array.from({ length: stories }, (_, id) => id)
  const written = ids.map(() => 0)
  const requiredVersions = ids.map(() => 0)

  return {
    /** Writes a story and expires it. If the expiry rejects, no visitor has to see the new version. */
    async publish(site: FakeSite, id: number): Promise<void> {
      const version = ++(written[id] as number)
      await site.expire(`story:${id}`)
      requiredVersions[id] = Math.max(requiredVersions[id] as number, version)
    },

    /** Shows a front page with every story, and checks it. */
    async visit(site: FakeSite) {
      const requiredAtStart = [...requiredVersions]
      const page = site.request()
      const value = await page.fragment('front', async function* () {
        for (const id of ids) {
          yield await page.fragment(`story ${id}`, async function* () {
            const version = written[id]
            await new Promise((resolve) => setImmediate(resolve))
            register(`story:${id}`)
            yield `[${id}=${version}]`
          })
        }
      })
      const shown = [...value.matchAll(/\[(\d+)=(\d+)\]/g)].map(([, id, version]) => ({
        id: Number(id),
        version: Number(version),
      }))
      expect(shown.map(({ id }) => id)).toEqual(ids)
      for (const { id, version } of shown) {
        expect(version, `story ${id} is older than its expiry`).toBeGreaterThanOrEqual(
          requiredAtStart[id] as number,
        )
      }
      return { shown, reports: await page.reports() }
    },
  }
}

export type Newsroom = ReturnType<typeof createNewsroom>

/** Whether all fragments of a page were hits. */
export function isHit({ reports }: Awaited<ReturnType<Newsroom['visit']>>): boolean {
  return reports.every(({ outcome }) => outcome === 'hit')
}

/** Returns the codes of the store's errors, or their messages. */
export function storeErrors({ events }: FakeSite): string[] {
  return events.flatMap((event) => {
    if (event.type !== 'store-error') return []
    const { error } = event
    if (!(error instanceof Error)) return [String(error)]
    return ['code' in error ? String(error.code) : error.message]
  })
}
