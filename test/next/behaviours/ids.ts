import { describe, expect, it } from 'vitest'
import { newId, type Page, type Site } from '../../support/nextSite.ts'

/** Ids that `useId` makes in server components: unique on a page, and the same for an entry. */
export function ids(site: () => Site) {
  const visit = async (path: string) => idsOf(await site().get(path))
  const stored = async (id: string, times = 1) => {
    for (const name of ['left', 'right']) await site().stored(`form["${id}","${name}"]`, times)
  }

  describe('ids of server components', () => {
    it('ids are unique on a page of misses and on one of hits, and the same', async () => {
      const id = newId()
      const miss = await visit(`/fields/${id}`)
      // A page's own field, those of three forms with four fields each, and two beside them, with three labels each.
      expect(miss.labels).toHaveLength(3 * (1 + 3 * 4 + 2))
      await stored(id)
      const hit = await visit(`/fields/${id}`)
      expect(hit).toEqual(miss)
      expect(await site().count(`hit form["${id}","right"]`)).toBe(2)
    })

    it('ids are the same when a page comes as data', async () => {
      const id = newId()
      const { ids } = await visit(`/fields/${id}`)
      await stored(id)
      const { html } = await site().get(`/fields/${id}`, { headers: { rsc: '1' }, redirect: 'follow' })
      expect(tokensIn(html)).toEqual(tokensIn(ids.join()))
    })

    it.each([
      ['the fragments around are rendered and those inside are hits', 'left', 'right'],
      ['a fragment inside is rendered, and all that are around it', 'field'],
      ['a fragment inside that comes late is rendered', 'late-field'],
      ['a fragment that points at an id from around is rendered', 'pointing'],
    ])('stay when %s', async (_, ...objects) => {
      const id = newId()
      const before = await visit(`/fields/${id}`)
      await stored(id)
      await site().send({ expire: objects.map((object) => `${id}/${object}`) })
      expect(await visit(`/fields/${id}`)).toEqual(before)
      await stored(id, 2)
      expect(await visit(`/fields/${id}`)).toEqual(before)
    })

    it('ids are unique while a fragment streams to two pages at once', async () => {
      const id = newId()
      await site().send({ hold: `${id}/late` })
      const early = site().get(`/fields/${id}`)
      await site().send({ noted: `wait ${id}/late`, times: 2 })
      const joining = site().get(`/fields/${id}`)
      await site().send({ noted: `join form["${id}","left"]` })
      await site().send({ release: `${id}/late` })
      const pages = [idsOf(await early), idsOf(await joining)]
      await stored(id)
      expect(pages).toEqual(Array(2).fill(await visit(`/fields/${id}`)))
    })
  })
}

/** In a page that Next stores. */
export function idsOfPrerendered(site: () => Site) {
  it('ids of a prerendered page are unique, and stay when it is rendered again', async () => {
    const before = idsOf(await site().get('/static/fields'))
    expect(before.labels).toHaveLength(45)
    for (const object of ['left', 'field', 'late-field']) {
      const key = `static-fields/${object}`
      await site().send({ write: { [key]: `after ${object}` }, expire: key })
      const page = await site().get('/static/fields')
      expect(page.text).toContain(`after ${object}`)
      expect(idsOf(page), object).toEqual(before)
    }
  })
}

/** With cacheComponents. */
export function idsInParts(site: () => Site) {
  it('ids are unique in a stored shell and what is rendered at request time together', async () => {
    const first = idsOf(await site().get('/static/mixed-fields'))
    expect(first.labels).toHaveLength(3 * (2 * 4 + 3))
    await site().stored('form["mixed-fields","one"]')
    expect(idsOf(await site().get('/static/mixed-fields'))).toEqual(first)
  })

  it("ids of a fragment differ in functions with 'use cache' and beside them", async () => {
    const id = newId()
    const first = idsOf(await site().get(`/cached-fields/${id}`))
    expect(first.labels).toHaveLength(3 * 4)
    expect(idsOf(await site().get(`/cached-fields/${id}`))).toEqual(first)
  })
}

interface Ids {
  /** All of them, sorted: what is late comes at the end of a document. */
  readonly ids: readonly string[]
  /** What the labels say and point at. */
  readonly labels: readonly string[]
}

/** Fails when an id is there twice, or a label does not point at the field behind it. */
function idsOf({ html }: Page): Ids {
  const markup = html.replace(/<script\b.*?<\/script>/gs, '')
  // React's own, for what is late.
  const ids = [...markup.matchAll(/ id="?([^"\s>]+)/g)]
    .map(([, id = '']) => id)
    .filter((id) => !id.includes(':'))
  expect(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    'ids that are there twice',
  ).toEqual([])
  const labels = [
    ...markup.matchAll(/<label for="?([^"\s>]+)"?>(.*?)<(?:input|button)[^>]* id="?([^"\s>]+)/gs),
  ]
  for (const [label, target, , id] of labels) expect(target, label).toBe(id)
  expect(labels.length).toBe(markup.split('<label').length - 1)
  const pointed = [...markup.matchAll(/(?:href="?#|aria-labelledby="?)([^"\s>]+)/g)].map(([, id]) => id)
  for (const id of pointed) expect(ids).toContain(id)
  return {
    ids: ids.sort(),
    // Without the values, which an edit changes.
    labels: labels.map(([, target, text]) => `${text?.replace(/=(1|after [\w-]+)/, '')} ${target}`).sort(),
  }
}

function tokensIn(text: string): string[] {
  return [...new Set(text.match(/rcc[0-9a-z]{16}S_\w_/g))].sort()
}
