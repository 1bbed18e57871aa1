import { describe, expect, it } from 'vitest'
import { newId, type Site } from '../../support/nextSite.ts'

/** `requestMemo`: one load for all fragments of a request, and of no other. */
export function describeMemo(site: () => Site) {
  describe('requestMemo', () => {
    it('requestMemo loads once for twenty fragments, and is a dependency of each', async () => {
      const id = newId()
      const { text } = await site().get(`/memo/${id}`)
      for (const column of [0, 19]) expect(text).toContain(`column ${column} of 1`)
      for (let column = 0; column < 20; column++) await site().stored(`column["${id}","morning",${column}]`)
      expect(await site().count(`read ${id}/masthead`)).toBe(1)

      const { expired } = await site().send({ write: { [`${id}/masthead`]: '2' }, expire: `${id}/masthead` })
      expect(expired).toBe(20)
      const reloaded = await site().get(`/memo/${id}`)
      for (const column of [0, 19]) expect(reloaded.text).toContain(`column ${column} of 2`)
      expect(await site().count(`read ${id}/masthead`)).toBe(2)
    })

    it('requestMemo does not leak into another request at the same time', async () => {
      const id = newId()
      await site().send({ hold: `${id}/masthead` })
      const morning = site().get(`/memo/${id}?edition=morning`)
      await site().send({ noted: `wait ${id}/masthead` })
      await site().send({ write: { [`${id}/masthead`]: '2' } })
      const evening = site().get(`/memo/${id}?edition=evening`)
      await site().send({ noted: `wait ${id}/masthead`, times: 2 })
      await site().send({ release: `${id}/masthead` })
      expect((await morning).text).toContain('morning column 7 of 1')
      expect((await evening).text).toContain('evening column 7 of 2')
    })

    it('requestMemo refuses cookies() in a loader, and says so', async () => {
      const id = newId()
      const before = site().log().length
      await site().get(`/memo/${id}?curious=1`)
      await site().logged('CC_REQUEST_DATA_IN_MEMO', before)
      expect(await site().count(`commit column["${id}","morning",0] committed`)).toBe(0)
    })
  })
}
