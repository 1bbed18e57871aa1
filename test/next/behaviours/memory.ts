import { describe, expect, it } from 'vitest'
import { newId, type Site } from '../../support/nextSite.ts'

interface Heap {
  readonly bytes: number
  readonly responses: number
  readonly requests: number
  readonly workStores: number
}

/** The most requests that are in progress, or are held as the last one of an open connection. */
const MAX_ACTIVE_REQUESTS = 25

/** Requests and fills must leave the memory after their end. */
export function describeMemory(site: () => Site) {
  const readHeap = async (): Promise<Heap> => JSON.parse((await site().get('/heap')).html)
  const show = async (path: string) => expect((await site().get(path)).status).toBe(200)

  /** A request may be held for some seconds after its answer, but not for good. */
  const WAIT = { timeout: 60_000, interval: 500 }
  const expectNoRequests = () =>
    expect
      .poll(async () => {
        const { responses, requests, workStores } = await readHeap()
        return Math.max(responses, requests, workStores)
      }, WAIT)
      .toBeLessThan(MAX_ACTIVE_REQUESTS)

  // Large pages and forced collections are slow on a busy machine.
  describe('the memory of a process', { timeout: 300_000 }, () => {
    it('no request stays in memory after its answer, however many fragments do', async () => {
      const id = newId()
      // Many more visits than requests may be in progress.
      for (let index = 0; index < 2 * MAX_ACTIVE_REQUESTS; index++) {
        // A miss, a hit that decodes or not, and a hit on another route.
        for (const route of ['kept', 'kept', 'keptelsewhere']) await show(`/${route}/${id}-${index}`)
      }
      expect(await site().count(`hit kept["${id}-0"]`)).toBeGreaterThanOrEqual(2)
      await expectNoRequests()
    })

    it('no fill stays in memory after a refresh has replaced its output', async () => {
      const id = newId()
      const refresh = async () => {
        await site().send({ refresh: `kept/${id}` })
        await show(`/kept/${id}?items=1000`)
      }
      for (let warmUp = 0; warmUp < 10; warmUp++) await refresh()
      const before = await readHeap()
      for (let time = 0; time < 10; time++) await refresh()
      // A fill of this fragment is 1.4 MB.
      await expect.poll(async () => (await readHeap()).bytes - before.bytes, WAIT).toBeLessThan(10 * 300_000)
      await expectNoRequests()
    })
  })
}
