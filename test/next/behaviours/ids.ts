import { describe, expect, it } from 'vitest'
import { newId, type Page, type Site } from '../../support/nextSite.ts'

/** Ids that `useId` makes in server components: unique on a page, and the same for an entry. */
export function describeIds(site: () => Site) {
  const visit = async (path: string) => readIds(await site().get(path))
  const stored = async (id: string, times = 1) => {
    for (const name of ['left', 'right']) await site().stored(`form["${id}","${name}"]`, times)
  }

  describe('ids of server components', () => {
    it('ids on a page are unique, and the same for misses and hits', async () => {
      const id = newId()
      const miss = await visit(`/fields/${id}`)
      // The page's own field, three forms with four fields each, and two fields beside them. Each has three labels.
      expect(miss.labels).toHaveLength(3 * (1 + 3 * 4 + 2))
      await stored(id)
      const hit = await visit(`/fields/${id}`)
      expect(hit).toEqual(miss)
      expect(await site().count(`hit form["${id}","right"]`)).toBe(2)
    })

    it('ids are the same in a document and in data for a navigation', async () => {
      const id = newId()
      const { ids } = await visit(`/fields/${id}`)
      await stored(id)
      const { html } = await site().get(`/fields/${id}`, { headers: { rsc: '1' }, redirect: 'follow' })
      expect(readTokens(html)).toEqual(readTokens(ids.join()))
    })

    it.each([
      ['outer fragments are rendered and inner ones are hits', 'left', 'right'],
      ['an inner fragment is rendered, and all outer ones', 'field'],
      ['a late inner fragment is rendered', 'late-field'],
      ['a fragment that refers to an outer id is rendered', 'pointing'],
    ])('ids stay the same when %s', async (_, ...objects) => {
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
      const pages = [readIds(await early), readIds(await joining)]
      await stored(id)
      expect(pages).toEqual(Array(2).fill(await visit(`/fields/${id}`)))
    })
  })
}

/** Ids in a page that Next stores. */
export function describeIdsOfPrerenderedPages(site: () => Site) {
  it('ids of a prerendered page are unique, and stay when it is rendered again', async () => {
    const before = readIds(await site().get('/static/fields'))
    expect(before.labels).toHaveLength(45)
    for (const object of ['left', 'field', 'late-field']) {
      const key = `static-fields/${object}`
      await site().send({ write: { [key]: `after ${object}` }, expire: key })
      const page = await site().get('/static/fields')
      expect(page.text).toContain(`after ${object}`)
      expect(readIds(page), object).toEqual(before)
    }
  })
}

/** Ids in a page with cacheComponents, of which Next stores a part. */
export function describeIdsOfPartialPages(site: () => Site) {
  it('ids are unique across a stored shell and the part rendered at request time', async () => {
    const first = readIds(await site().get('/static/mixed-fields'))
    expect(first.labels).toHaveLength(3 * (2 * 4 + 3))
    await site().stored('form["mixed-fields","one"]')
    expect(readIds(await site().get('/static/mixed-fields'))).toEqual(first)
  })

  it("ids of a fragment differ between functions with 'use cache' and beside them", async () => {
    const id = newId()
    const first = readIds(await site().get(`/cached-fields/${id}`))
    expect(first.labels).toHaveLength(3 * 4)
    expect(readIds(await site().get(`/cached-fields/${id}`))).toEqual(first)
  })
}

interface Ids {
  /** All ids, sorted, because late ones come at the end of a document. */
  readonly ids: readonly string[]
  /** The text and the target of each label. */
  readonly labels: readonly string[]
}

/** Fails when an id occurs twice, or a label does not point at the field after it. */
function readIds({ html }: Page): Ids {
  const markup = html.replace(/<script\b.*?<\/script>/gs, '')
  // Ids with a colon are React's own, for late content.
  const ids = [...markup.matchAll(/ id="?([^"\s>]+)/g)]
    .map(([, id = '']) => id)
    .filter((id) => !id.includes(':'))
  expect(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    'ids that occur twice',
  ).toEqual([])
  const labels = [
    ...markup.matchAll(/<label for="?([^"\s>]+)"?>(.*?)<(?:input|button)[^>]* id="?([^"\s>]+)/gs),
  ]
  for (const [label, target, , id] of labels) expect(target, label).toBe(id)
  expect(labels.length).toBe(markup.split('<label').length - 1)
  const targets = [...markup.matchAll(/(?:href="?#|aria-labelledby="?)([^"\s>]+)/g)].map(([, id]) => id)
  for (const id of targets) expect(ids).toContain(id)
  return {
    ids: ids.sort(),
    // Without the values, which an edit changes.
    labels: labels.map(([, target, text]) => `${text?.replace(/=(1|after [\w-]+)/, '')} ${target}`).sort(),
  }
}

function readTokens(text: string): string[] {
  return [...new Set(text.match(/rcc[0-9a-z]{16}S_\w_/g))].sort()
}
