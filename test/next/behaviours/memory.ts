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

  function expectNoRequests({ responses, requests, workStores }: Heap) {
    expect(responses).toBeLessThan(UNDER_WAY)
    expect(requests).toBeLessThan(UNDER_WAY)
    expect(workStores).toBeLessThan(UNDER_WAY)
  }

  describe('the memory of a process', () => {
    it('holds no request once it has been answered, however many fragments are kept', async () => {
      const id = newId()
      for (let index = 0; index < 100; index++) {
        // A miss, a hit that decodes or not, and a hit on another route.
        for (const route of ['kept', 'kept', 'keptelsewhere']) await show(`/${route}/${id}-${index}`)
      }
      expect(await site().count(`hit kept["${id}-99"]`)).toBeGreaterThanOrEqual(2)
      expectNoRequests(await heap())
    })

    it('holds no fill once a refresh has replaced what it made', async () => {
      const id = newId()
      const refresh = async () => {
        await site().tell({ refresh: `kept/${id}` })
        await show(`/kept/${id}?items=1000`)
      }
      for (let warmUp = 0; warmUp < 20; warmUp++) await refresh()
      const before = await heap()
      for (let time = 0; time < 60; time++) await refresh()
      const after = await heap()
      // A fill of this fragment is 1.4 MB.
      expect(after.bytes - before.bytes).toBeLessThan(60 * 300_000)
      expectNoRequests(after)
    })

    it('holds no request whose reader left', async () => {
      const id = newId()
      for (let index = 0; index < 40; index++) {
        const obj = `kept/${id}-${index}`
        await site().tell({ hold: obj })
        const reader = new AbortController()
        const reading = site().get(`/${obj}?items=1000`, { signal: reader.signal })
        await site().tell({ noted: `wait ${obj}` })
        reader.abort()
        await expect(reading).rejects.toThrow()
        await site().tell({ release: obj })
        await site().stored(`kept["${id}-${index}"]`)
      }
      expectNoRequests(await heap())
    })
  })
}
