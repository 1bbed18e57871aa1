import { describe, expect, it } from 'vitest'
import { newId, type Site } from '../../support/nextSite.ts'

/** Nested fragments: which components run, and which fragment depends on which objects. */
export function describeNesting(site: () => Site) {
  describe('nesting', () => {
    it('each component runs once on a miss, and never on a hit (rule 1)', async () => {
      const id = newId()
      const miss = await site().get(`/doll/${id}`)
      await site().stored(`doll["${id}"]`)
      const hit = await site().get(`/doll/${id}`)
      for (const { status, text } of [miss, hit]) {
        expect(status).toBe(200)
        for (const content of ['head=1', 'a=1', 'b=1', 'c=1']) expect(text).toContain(`${id}/${content}`)
      }
      const { eventLog } = await site().send({})
      const expected = { doll: id, item: `${id}/a` }
      for (const [name, arg] of Object.entries(expected)) expect(eventLog[`render ${name} ${arg}`]).toBe(1)
      expect(eventLog[`hit doll["${id}"]`]).toBe(1)
    })

    it('client components inside a hit are rendered to HTML', async () => {
      const id = newId()
      await site().get(`/doll/${id}`)
      await site().stored(`doll["${id}"]`)
      const hit = await site().get(`/doll/${id}`)
      expect(hit.html).toContain(`<button type="button">${id}/a clicked 0 times</button>`)
    })

    it('an expiry of a child renders it and its ancestors, and no sibling (rule 6)', async () => {
      const id = newId()
      await site().get(`/doll/${id}`)
      await site().stored(`doll["${id}"]`)
      const { expired } = await site().send({ write: { [`${id}/a`]: '2' }, expire: `${id}/a` })
      const { text } = await site().get(`/doll/${id}`)
      const { eventLog } = await site().send({})
      expect(expired).toBe(2)
      expect(text).toContain(`${id}/a=2`)
      expect(eventLog[`render doll ${id}`]).toBe(2)
      expect(eventLog[`render item ${id}/a`]).toBe(2)
      expect(eventLog[`render item ${id}/b`]).toBe(1)
      expect(eventLog[`hit item["${id}/b"]`]).toBe(1)
    })

    it('a late child behind Suspense counts as part of its parent (rule 5)', async () => {
      const id = newId()
      await site().send({ hold: `${id}/late` })
      const page = site().get(`/doll/${id}`)
      // By now everything else is rendered and delivered.
      await site().stored(`item["${id}/b"]`)
      await site().send({ release: `${id}/late` })
      await page
      await site().stored(`doll["${id}"]`)
      await site().send({ write: { [`${id}/c`]: '2' }, expire: `${id}/c` })
      const { text } = await site().get(`/doll/${id}`)
      expect(text).toContain(`${id}/c=2`)
      expect(await site().count(`render doll ${id}`)).toBe(2)
    })

    it('the dependencies of a child that is a hit reach its parent (rule 4)', async () => {
      const id = newId()
      await site().get(`/item/${id}`)
      await site().stored(`item["${id}/a"]`)
      await site().get(`/doll/${id}`)
      await site().stored(`doll["${id}"]`)
      const { eventLog, expired } = await site().send({ expire: `${id}/a` })
      expect(eventLog[`hit item["${id}/a"]`]).toBe(1)
      expect(expired).toBe(2)
    })

    it('the dependencies of a child that was joined reach its parent (rule 4)', async () => {
      const id = newId()
      await site().send({ hold: `${id}/a` })
      const item = site().get(`/item/${id}`)
      await site().send({ noted: `wait ${id}/a` })
      const doll = site().get(`/doll/${id}`)
      await site().send({ noted: `join item["${id}/a"]` })
      await site().send({ release: `${id}/a` })
      for (const { text } of [await item, await doll]) expect(text).toContain(`${id}/a=1`)
      await site().stored(`doll["${id}"]`)
      const { eventLog, expired } = await site().send({ expire: `${id}/a` })
      expect(eventLog[`render item ${id}/a`]).toBe(1)
      expect(expired).toBe(2)
    })

    it('a fragment is shared between pages of different routes', async () => {
      const id = newId()
      await site().get(`/doll/${id}`)
      await site().stored(`item["${id}/a"]`)
      const { html } = await site().get(`/item/${id}`)
      expect(html).toContain(`<button type="button">${id}/a clicked 0 times</button>`)
      expect(await site().count(`render item ${id}/a`)).toBe(1)
    })

    it('a shared fragment is rendered again on a route without its client components', async () => {
      const id = newId()
      await site().get(`/item/${id}`)
      await site().stored(`item["${id}/a"]`)
      const { status, text } = await site().get(`/plain/${id}`)
      expect(status).toBe(200)
      expect(text).toContain(`${id}/a=1`)
    })

    it('requestReport lists the fragments of a request', async () => {
      const id = newId()
      const { text: miss } = await site().get(`/report/${id}`)
      expect(miss.match(/\w+:miss:true/g)).toEqual(['doll:miss:true', ...Array(3).fill('item:miss:true')])
      const { text: hit } = await site().get(`/report/${id}`)
      expect(hit.match(/\w+:hit:true/g)).toEqual(['doll:hit:true'])
    })

    it('dependencies of two pages at the same time never mix (rule 3)', async () => {
      const [one, other] = [newId(), newId()]
      await site().send({ hold: `${one}/head` })
      await site().send({ hold: `${other}/head` })
      const pages = [site().get(`/doll/${one}`), site().get(`/doll/${other}`)]
      await site().send({ noted: `wait ${one}/head` })
      await site().send({ noted: `wait ${other}/head` })
      await site().send({ release: `${one}/head` })
      await site().send({ release: `${other}/head` })
      await Promise.all(pages)
      for (const id of [one, other]) await site().stored(`doll["${id}"]`)
      await site().send({ expire: [`${one}/head`, `${one}/a`, `${one}/b`, `${one}/c`] })
      for (const id of [one, other]) await site().get(`/doll/${id}`)
      const { eventLog } = await site().send({})
      expect(eventLog[`render doll ${one}`]).toBe(2)
      expect(eventLog[`render doll ${other}`]).toBe(1)
    })

    it('a fragment inside itself is an error that says so, not a hang (rule 8)', async () => {
      const id = newId()
      const { html } = await site().get(`/loop/${id}`)
      expect(html).toContain('</html>')
      await site().logged('CC_FRAGMENT_IN_ITSELF')
      expect(site().log()).toContain('fragment "loop" > fragment "between" > fragment "loop"')
    })
  })
}
