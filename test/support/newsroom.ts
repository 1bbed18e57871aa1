import { expect } from 'vitest'
import { type FakeSite, register } from './fakeSite.ts'

/**
 * Stories that are written and shown, on however many processes. Knows what a visitor may never see: a story
 * older than an expiry that was done before the visit.
 */
export function createNewsroom(stories = 5) {
  const ids = Array.from({ length: stories }, (_, id) => id)
  const written = ids.map(() => 0)
  const due = ids.map(() => 0)

  return {
    /** Writes a story and expires it. Rejects as `expireObj` does, and then nobody is owed anything. */
    async publish(site: FakeSite, id: number): Promise<void> {
      const version = ++(written[id] as number)
      await site.expire(`story:${id}`)
      due[id] = Math.max(due[id] as number, version)
    },

    /** Shows a front page that holds every story, and checks it. */
    async visit(site: FakeSite) {
      const owed = [...due]
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
        expect(version, `story ${id} is older than its expiry`).toBeGreaterThanOrEqual(owed[id] as number)
      }
      return { shown, reports: await page.reports() }
    },
  }
}

export type Newsroom = ReturnType<typeof createNewsroom>

/** Whether all of a page came from the store. */
export function isHit({ reports }: Awaited<ReturnType<Newsroom['visit']>>): boolean {
  return reports.every(({ outcome }) => outcome === 'hit')
}

/** Codes of what the store reported as errors; the message where there is none. */
export function storeErrors({ events }: FakeSite): string[] {
  return events.flatMap((event) => {
    if (event.type !== 'store-error') return []
    const { error } = event
    if (!(error instanceof Error)) return [String(error)]
    return ['code' in error ? String(error.code) : error.message]
  })
}
