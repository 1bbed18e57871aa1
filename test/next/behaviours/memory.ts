import { describe, expect, it } from 'vitest'
import { newId, type Site } from '../../support/nextSite.ts'

interface Heap {
  readonly bytes: number
  readonly responses: number
  readonly requests: number
  readonly workStores: number
}

/** Requests that are under way, or of which an open connection holds the last. */
const UNDER_WAY = 25

/** What stays in memory when requests and fills have ended. */
export function memory(site: () => Site) {
  const heap = async (): Promise<Heap> => JSON.parse((await site().get('/heap')).html)
  const show = async (path: string) => expect((await site().get(path)).status).toBe(200)

  /** A request may be held for some seconds after its answer, but not for good. */
  const WAIT = { timeout: 60_000, interval: 500 }
  const expectNoRequests = () =>
    expect
      .poll(async () => {
        const { responses, requests, workStores } = await heap()
        return Math.max(responses, requests, workStores)
      }, WAIT)
      .toBeLessThan(UNDER_WAY)

  // A page of a thousand items, a hundred times, and a forced collection: slow on a busy machine.
  describe('the memory of a process', { timeout: 300_000 }, () => {
    it('no request stays in memory after its answer, however many fragments do', async () => {
      const id = newId()
      for (let index = 0; index < 100; index++) {
        // A miss, a hit that decodes or not, and a hit on another route.
        for (const route of ['kept', 'kept', 'keptelsewhere']) await show(`/${route}/${id}-${index}`)
      }
      expect(await site().count(`hit kept["${id}-99"]`)).toBeGreaterThanOrEqual(2)
      await expectNoRequests()
    })

    it('no fill stays in memory after a refresh has replaced its output', async () => {
      const id = newId()
      const refresh = async () => {
        await site().send({ refresh: `kept/${id}` })
        await show(`/kept/${id}?items=1000`)
      }
      for (let warmUp = 0; warmUp < 10; warmUp++) await refresh()
      const before = await heap()
      for (let time = 0; time < 30; time++) await refresh()
      // A fill of this fragment is 1.4 MB.
      await expect.poll(async () => (await heap()).bytes - before.bytes, WAIT).toBeLessThan(30 * 300_000)
      await expectNoRequests()
    })
  })
}
