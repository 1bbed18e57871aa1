import { describe, expect, it } from 'vitest'
import { newId, type Site } from '../../support/nextSite.ts'

/** What a visitor reads must not depend on who came before. */
export function readOnceValues(site: () => Site) {
  describe('values that can be read once', () => {
    const plain = async () => wordsOf((await site().get(`/read-once/${newId()}?plain=1`)).text)

    for (const [name, query] of Object.entries({ HTML: '', 'elements as they are': '?elements=1' })) {
      it(`show at a miss and at every hit what they show without a fragment, as ${name}`, async () => {
        const id = newId()
        const shown: string[][] = []
        for (let visit = 0; visit < 4; visit++) {
          const { status, text } = await site().get(`/read-once/${id}${query}`)
          expect(status).toBe(200)
          shown.push(wordsOf(text))
        }
        expect(shown).toEqual(Array(4).fill(await plain()))
      })

      it(`show the same to all who come at once, as ${name}`, async () => {
        const id = newId()
        const visits = Array.from({ length: 6 }, () => site().get(`/read-once/${id}${query}`))
        const shown = (await Promise.all(visits)).map(({ text }) => wordsOf(text))
        expect(shown).toEqual(Array(6).fill(await plain()))
      })
    }

    it('show the same where the fragment inside is a hit and the one around it is not', async () => {
      const id = newId()
      await site().get(`/read-once/${id}`)
      await site().send({ expire: `${id}/once` })
      const second = await site().get(`/read-once/${id}`)
      expect(wordsOf(second.text)).toEqual(await plain())
      expect(wordsOf((await site().get(`/read-once/${id}`)).text)).toEqual(await plain())
    })

    it('show the same in a prerendered page, before and after it is rendered again', async () => {
      const expected = await plain()
      expect(wordsOf((await site().get('/static/read-once')).text)).toEqual(expected)
      await site().send({ expire: 'static/once' })
      expect(wordsOf((await site().get('/static/read-once')).text)).toEqual(expected)
    })

    it('arrive in data for a navigation at the miss and at every hit', async () => {
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

/** In any order: what is late comes at the end of a document, and after the fallback of its page. */
function wordsOf(text: string): string[] {
  return text
    .split(' ')
    .filter((word) => word !== 'shell' && word !== '')
    .sort()
}
