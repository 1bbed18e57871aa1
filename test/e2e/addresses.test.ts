import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { request } from '../support/demoApi.ts'
import { readPanel } from '../support/demoPanel.ts'
import { test } from '../support/demoTest.ts'

const readCards = (page: Page) => page.getByRole('main').getByRole('heading', { level: 3 }).allInnerTexts()

/** Visits a page, and returns the id of its outermost fragment. */
async function readOutermostId(page: Page, path: string): Promise<string | undefined> {
  await visit(page, path)
  return (await readPanel(page)).fragments[0]?.id
}

/** Checks that a page comes from the cache as one fragment, and returns the id of the fragment. */
async function expectCached(page: Page, path: string): Promise<string | undefined> {
  await visit(page, path)
  const { fragments } = await readPanel(page)
  expect(fragments, path).toEqual([{ id: expect.any(String), outcome: 'hit' }])
  return fragments[0]?.id
}

test('each decade and each chart has its own front page', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const pages = [
    ['/', 'home/front [null,"rating"]', 'The Shawshank Redemption', 'Top rated of all time'],
    ['/?decade=1930', 'home/front [1930,"rating"]', 'The Wizard of Oz', 'Top rated of the 1930s'],
    ['/?decade=1990&chart=gross', 'home/front [1990,"gross"]', 'Titanic', 'Box office of the 1990s'],
  ] as const
  for (const [path, id] of pages) expect(await readOutermostId(page, path)).toBe(id)
  for (const [path, id, lead, list] of pages) {
    expect(await expectCached(page, path)).toBe(id)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(lead)
    await page.getByRole('region', { name: list }).waitFor()
  }
})

test('the order and the page of a shelf are part of its URL', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const shelf = '/genres/documentary'
  const id = (rest: string) => `genre/page {"genre":"Documentary",${rest}}`
  expect(await readOutermostId(page, shelf)).toBe(id('"page":1,"sort":"rating"'))
  const best = await readCards(page)
  expect(await readOutermostId(page, `${shelf}?sort=title`)).toBe(id('"page":1,"sort":"title"'))
  const first = await readCards(page)
  expect(await readOutermostId(page, `${shelf}?sort=title&page=2`)).toBe(id('"page":2,"sort":"title"'))
  const second = await readCards(page)

  expect(first).not.toEqual(best)
  expect(first).toHaveLength(24)
  const initials = [...first, ...second].map((title) => title.charAt(0).toUpperCase())
  expect(initials).toEqual(initials.toSorted())
  await page.getByRole('navigation', { name: 'Pages' }).getByText('2 of 2').waitFor()
  expect(await expectCached(page, shelf)).toBe(id('"page":1,"sort":"rating"'))
  expect(await readCards(page)).toEqual(best)
})

test('an invalid search param leads to the default page, without another fragment', async ({
  newVisitor,
}) => {
  const page = await newVisitor({ prefetch: false })
  const defaults = {
    '/': ['decade=1234&chart=__proto__', 'decade=1990&decade=1980&utm_source=letter'],
    '/genres/western': ['sort=%3Cscript%3E&page=0', 'sort=rating&page=1e1'],
  }
  for (const [path, queries] of Object.entries(defaults)) {
    const id = await readOutermostId(page, path)
    for (const query of queries) expect(await expectCached(page, `${path}?${query}`)).toBe(id)
  }
  expect(await readOutermostId(page, '/genres/western?page=9999')).toBe(
    'genre/page {"genre":"Western","page":50,"sort":"rating"}',
  )
  await page.getByText('This genre ends on page 2.').waitFor()
  await page.getByRole('link', { name: 'Previous' }).click()
  await page.getByRole('navigation', { name: 'Pages' }).getByText('2 of 2').waitFor()
})

test('a search finds words by their beginning, and equal searches share a fragment', async ({
  newVisitor,
}) => {
  const page = await newVisitor({ prefetch: false })
  const results = page.getByRole('region', { name: 'Results' })
  expect(await readOutermostId(page, '/search?q=dark+kn')).toBe('search/results ["dark kn"]')
  expect(await readCards(page)).toEqual(['The Dark Knight'])
  for (const query of ['DARK%20%20Kn', '%22dark%22-*kn*']) {
    expect(await expectCached(page, `/search?q=${query}`)).toBe('search/results ["dark kn"]')
  }
  await visit(page, '/search?q=amelie')
  await results.getByRole('link', { name: /Amélie/ }).waitFor()
  await visit(page, '/search?q=tarantino')
  await results.getByRole('link', { name: 'Jackie Brown' }).waitFor()
})

test('a search with any text is harmless', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const searches = [
    '<script>document.title = "run"</script>',
    `"><img src=x onerror='document.title="run"'>' OR "1"="1`,
    'title:dark NEAR(knight, 2) NOT * ^ AND',
    '%_*()[]{}\\/--;#&',
    'dark '.repeat(1_000),
  ]
  for (const query of searches) {
    expect(await visit(page, `/search?q=${encodeURIComponent(query)}`)).toBe(200)
    const box = page.getByRole('searchbox', { name: 'Search the archive' })
    expect(await box.inputValue()).toBe(query.slice(0, 60))
    expect(await page.title()).toContain('The Film Desk')
    for (const { id } of (await readPanel(page)).fragments) expect(id.length).toBeLessThan(100)
  }
  for (const query of ['%00', '%ff', '%ED%A0%80', '%E0%A4%A', 'a&q=b', '%F0%9F%8E%AC', '%E2%80%AE']) {
    expect((await request('GET', `/search?q=${query}`)).status, query).toBeLessThan(500)
  }
})

test('a URL without a page is a 404', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const paths = [
    '/films/no-such-film',
    '/films/no-such-film/edit',
    '/directors/nobody',
    '/genres/no-such-genre',
  ]
  for (const path of [...paths, '/films/%3Cscript%3E', '/genres/Western', `/directors/${'a'.repeat(300)}`]) {
    expect(await visit(page, path), path).toBe(404)
    await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor()
  }
})
