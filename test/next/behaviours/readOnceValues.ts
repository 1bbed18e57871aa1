import { describe, expect, it } from 'vitest'
import { newId, type Site } from '../../support/nextSite.ts'

/** Each visitor gets the same values, even if another has read them before. */
export function describeReadOnceValues(site: () => Site) {
  describe('values that can be read once', () => {
    const plain = async () => readWords((await site().get(`/read-once/${newId()}?plain=1`)).text)

    for (const [name, query] of Object.entries({ HTML: '', 'elements as they are': '?elements=1' })) {
      it(`read-once values are the same in a miss, a hit and without a fragment, as ${name}`, async () => {
        const id = newId()
        const shown: string[][] = []
        for (let visit = 0; visit < 4; visit++) {
          const { status, text } = await site().get(`/read-once/${id}${query}`)
          expect(status).toBe(200)
          shown.push(readWords(text))
        }
        expect(shown).toEqual(Array(4).fill(await plain()))
      })

      it(`read-once values are the same for simultaneous visitors, as ${name}`, async () => {
        const id = newId()
        const visits = Array.from({ length: 6 }, () => site().get(`/read-once/${id}${query}`))
        const shown = (await Promise.all(visits)).map(({ text }) => readWords(text))
        expect(shown).toEqual(Array(6).fill(await plain()))
      })
    }

    it('read-once values are the same in an inner hit of an outer miss', async () => {
      const id = newId()
      await site().get(`/read-once/${id}`)
      await site().send({ expire: `${id}/once` })
      const second = await site().get(`/read-once/${id}`)
      expect(readWords(second.text)).toEqual(await plain())
      expect(readWords((await site().get(`/read-once/${id}`)).text)).toEqual(await plain())
    })

    it('read-once values are the same in a prerendered page that is rendered again', async () => {
      const expected = await plain()
      expect(readWords((await site().get('/static/read-once')).text)).toEqual(expected)
      await site().send({ expire: 'static/once' })
      expect(readWords((await site().get('/static/read-once')).text)).toEqual(expected)
    })

    it('read-once values arrive in data for each navigation', async () => {
      const id = newId()
      const data = async () =>
        (await site().get(`/read-once/${id}`, { headers: { rsc: '1' }, redirect: 'follow' })).html
      for (let visit = 0; visit < 3; visit++) {
        const text = await data()
        for (const word of ['one', 'italic', 'first', 'three', 'four', 'five', 'six'])
          expect(text).toContain(word)
      }
    })
  })
}

/** Sorted, because late content comes at the end of a document. The fallback is left out. */
function readWords(text: string): string[] {
  return text
    .split(' ')
    .filter((word) => word !== 'shell' && word !== '')
    .sort()
}
