import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newId, type Page, type Site } from '../../support/nextSite.ts'

/** Pages that Next prerenders live as long as the fragments that they show. */
export function describePages(site: () => Site) {
  const readText = (path: string) => async () => (await site().get(path)).text
  /** Next stores a page only after it has answered the visitor. */
  const WAIT = { timeout: 40_000, interval: 100 }

  describe('prerendered pages', () => {
    describeExpiry(site)

    it('a prerendered page follows more dependencies than Next has tags for', async () => {
      expect((await site().get('/static/many')).text).toContain('many/299=1')
      await site().send({ write: { 'many/299': '2' }, expire: 'many/299' })
      expect((await site().get('/static/many')).text).toContain('many/299=2')
    })

    it('a prerendered page follows an object of a fragment that was a hit', async () => {
      await site().get('/item/hit')
      await site().send({ expire: 'hit/lead' })
      expect((await site().get('/static/hit')).text).toContain('hit/a=1')
      expect(await site().count('render item hit/a')).toBe(1)

      await site().send({ write: { 'hit/a': '2' }, expire: 'hit/a' })
      expect((await site().get('/static/hit')).text).toContain('hit/a=2')
    })

    it('a prerendered page follows an expiry during its render', async () => {
      await site().get('/static/race')
      await site().send({ hold: 'race/a', expire: 'race/a' })
      const early = site().get('/static/race')
      await site().send({ noted: 'wait race/a' })
      await site().send({ write: { 'race/a': '2' }, expire: 'race/a', release: 'race/a' })
      expect((await early).text).toContain('race/a=1')
      await expect.poll(readText('/static/race'), WAIT).toContain('race/a=2')
    })

    it('a prerendered page follows an expiry of a part rendered before the rest', async () => {
      await site().get('/static/overtaken')
      await site().send({ hold: 'overtaken/slow', expire: 'overtaken/slow' })
      const early = site().get('/static/overtaken')
      await site().stored('item["overtaken/quick"]')
      await site().send({ noted: 'wait overtaken/slow' })
      await site().send({
        write: { 'overtaken/quick': '2' },
        expire: 'overtaken/quick',
        release: 'overtaken/slow',
      })
      expect((await early).text).toContain('overtaken/quick=1')
      await expect.poll(readText('/static/overtaken'), WAIT).toContain('overtaken/quick=2')
    })

    it('a prerendered page follows objects that a requestMemo loader registers', async () => {
      expect((await site().get('/static/memo')).text).toContain('memo/motto=1')
      await site().send({ write: { 'memo/motto': '2' }, expire: 'memo/motto' })
      expect((await site().get('/static/memo')).text).toContain('memo/motto=2')
    })

    it('a prerendered page lives no longer than the shortest ttl inside', async () => {
      const manifest = JSON.parse(readFileSync(join(site().folder, '.next/prerender-manifest.json'), 'utf8'))
      const { initialRevalidateSeconds, initialExpireSeconds } = manifest.routes['/static/brief']
      // The time that the render took is subtracted.
      for (const [seconds, most] of [
        [initialRevalidateSeconds, 60],
        [initialExpireSeconds, 300],
      ]) {
        expect(seconds).toBeLessThanOrEqual(most)
        expect(seconds).toBeGreaterThan(most - 30)
      }
      const { headers } = await site().get('/static/brief')
      expect(headers.get('cache-control')).toContain(`s-maxage=${initialRevalidateSeconds},`)
    })

    it('a prerendered page follows a Server Action that expires its object', async () => {
      const before = await site().get('/static/editor')
      expect(before.text).toContain('static/edited=1')
      await submit(site(), '/static/editor', before, 'later edition')
      expect((await site().get('/static/editor')).text).toContain('static/edited=later edition')
    })
  })
}

/** With cacheComponents a page may be prerendered in part. */
export function describePartialPages(site: () => Site) {
  it('expiries reach the prerendered shell and the rest of a page alike', async () => {
    const before = await site().get('/static/mixed')
    expect(before.text).toContain('mixed/shell=1')
    expect(before.text).toContain('mixed/request=1')
    await site().send({ write: { 'mixed/shell': '2' }, expire: 'mixed/shell' })
    expect((await site().get('/static/mixed')).text).toMatch(/mixed\/shell=2.*mixed\/request=1/)
    await site().send({ write: { 'mixed/request': '2' }, expire: 'mixed/request' })
    expect((await site().get('/static/mixed')).text).toMatch(/mixed\/shell=2.*mixed\/request=2/)
    expect(await site().count('render item mixed/request')).toBe(2)
  })
}

export function describeExpiry(site: () => Site) {
  it('an expiry changes a prerendered page at the next visit, and nothing else does', async () => {
    const before = await site().get('/static/doll')
    for (const content of ['head=1', 'a=1', 'b=1', 'c=1']) expect(before.text).toContain(`static/${content}`)
    await site().send({ write: { 'static/b': '2', 'static/c': '2' } })
    expect((await site().get('/static/doll')).text).toContain('static/b=1')

    const { pagesRevalidated } = await site().send({ expire: 'static/b' })
    expect(pagesRevalidated).toBe(true)
    expect((await site().get('/static/doll')).text).toContain('static/b=2')

    await site().send({ expire: 'static/c' })
    expect((await site().get('/static/doll')).text).toContain('static/c=2')
    const renders = await site().count('render doll static')
    await site().get('/static/doll')
    expect(await site().count('render doll static')).toBe(renders)
  })
}

/** A Server Action that is part of a fragment. */
export function describeActions(site: () => Site) {
  it('a Server Action of a fragment keeps its bound values, and its result shows', async () => {
    const id = newId()
    await site().get(`/editor/${id}`)
    const hit = await site().get(`/editor/${id}`)
    expect(await site().count(`render editor ${id}/a`)).toBe(1)

    const reply = await submit(site(), `/editor/${id}`, hit, 'second edition')
    expect(reply.text).toContain(`${id}/a=second edition`)
    expect((await site().get(`/editor/${id}`)).text).toContain(`${id}/a=second edition`)
    expect(await site().count(`render editor ${id}/a`)).toBe(2)
  })
}

/** Submits the page's form as a browser without JavaScript does. */
export async function submit(site: Site, path: string, page: Page, value: string): Promise<Page> {
  const form = new FormData()
  for (const [tag] of page.html.matchAll(/<input type="hidden"[^>]*>/g)) {
    form.append(attribute(tag, 'name'), attribute(tag, 'value'))
  }
  expect([...form.keys()].join()).toContain('$ACTION')
  form.append('value', value)
  const reply = await site.get(path, { method: 'POST', body: form, headers: { origin: site.origin } })
  expect(reply.status).toBe(200)
  return reply
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return value
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
