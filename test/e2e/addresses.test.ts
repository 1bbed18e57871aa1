import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test, visit } from '../support/browser.ts'
import { request } from '../support/demoApi.ts'
import { readPanel } from '../support/demoPanel.ts'

const cards = (page: Page) => page.getByRole('main').getByRole('heading', { level: 3 }).allInnerTexts()

/** The one fragment that a page comes as from the cache, when it is loaded for the second time. */
async function piece(page: Page, path: string): Promise<string | undefined> {
  await visit(page, path)
  await visit(page, path)
  return pieceShown(page)
}

async function pieceShown(page: Page): Promise<string | undefined> {
  const { fragments } = await readPanel(page)
  expect(fragments, page.url()).toEqual([{ id: expect.any(String), outcome: 'hit' }])
  return fragments[0]?.id
}

test('each decade and each chart is a front page of its own', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const pages = [
    ['/', 'home/front [null,"rating"]', 'The Shawshank Redemption', 'Top rated of all time'],
    ['/?chart=gross', 'home/front [null,"gross"]', 'Avatar', 'Box office of all time'],
    ['/?decade=1930', 'home/front [1930,"rating"]', 'The Wizard of Oz', 'Top rated of the 1930s'],
    ['/?decade=1990&chart=gross', 'home/front [1990,"gross"]', 'Titanic', 'Box office of the 1990s'],
  ] as const
  for (const [path, id, lead, list] of pages) {
    expect(await piece(page, path)).toBe(id)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(lead)
    await page.getByRole('region', { name: list }).waitFor()
  }
})

test('the order and the page of a shelf are parts of its address', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const id = (rest: string) => `genre/page {"genre":"Documentary",${rest}}`
  expect(await piece(page, '/genres/documentary')).toBe(id('"page":1,"sort":"rating"'))
  const best = await cards(page)
  expect(await piece(page, '/genres/documentary?sort=title')).toBe(id('"page":1,"sort":"title"'))
  const first = await cards(page)
  expect(await piece(page, '/genres/documentary?sort=title&page=2')).toBe(id('"page":2,"sort":"title"'))
  const second = await cards(page)

  expect(first).not.toEqual(best)
  expect(first).toHaveLength(24)
  const alphabet = new Intl.Collator('en', { ignorePunctuation: false })
  expect([...first, ...second].map((title) => title[0]?.toUpperCase())).toEqual(
    [...first, ...second].map((title) => title[0]?.toUpperCase()).sort(alphabet.compare),
  )
  await page.getByRole('navigation', { name: 'Pages' }).getByText('2 of 2').waitFor()
})

test('what an address cannot mean is the usual page, not another copy in the cache', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const front = await piece(page, '/')
  for (const query of ['decade=1234&chart=__proto__', 'decade=1990&decade=1980&utm_source=letter']) {
    await visit(page, `/?${query}`)
    expect(await pieceShown(page)).toBe(front)
  }
  const shelf = await piece(page, '/genres/western')
  for (const query of ['sort=%3Cscript%3E&page=0', 'sort=rating&page=1e1', 'page=-3']) {
    await visit(page, `/genres/western?${query}`)
    expect(await pieceShown(page)).toBe(shelf)
  }
  expect(await piece(page, '/genres/western?page=9999')).toBe(
    'genre/page {"genre":"Western","page":50,"sort":"rating"}',
  )
  await page.getByText('This shelf ends on page 2.').waitFor()
  await page.getByRole('link', { name: 'Before' }).click()
  await page.getByRole('navigation', { name: 'Pages' }).getByText('2 of 2').waitFor()
})

test('a search finds what its words begin, and one search has one copy', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const results = page.getByRole('region', { name: 'Results' })
  expect(await piece(page, '/search?q=dark+kn')).toBe('search/results ["dark kn"]')
  expect(await cards(page)).toEqual(['The Dark Knight'])
  for (const query of ['DARK%20%20Kn', '%22dark%22+*kn*', '++dark-kn']) {
    await visit(page, `/search?q=${query}`)
    expect(await pieceShown(page)).toBe('search/results ["dark kn"]')
  }
  await visit(page, '/search?q=amelie')
  await results.getByRole('link', { name: /Amélie/ }).waitFor()
  await visit(page, '/search?q=tarantino')
  await results.getByRole('link', { name: 'Jackie Brown' }).waitFor()
})

describe('a search is harmless for', () => {
  const script = '<script>document.title = "run"</script>'
  const searches = [
    ['a script', script],
    ['quotes', `"' OR "1"="1`],
    ['an image', '"><img src=x onerror=\'document.title="run"\'>'],
    ['the words of a query language', 'title:dark NEAR(knight, 2) NOT * ^ AND'],
    ['signs only', '%_*()[]{}\\/--;#&'],
    ['something very long', 'dark '.repeat(1_000)],
  ] as const
  for (const [what, query] of searches) {
    test(what, async ({ newVisitor }) => {
      const page = await newVisitor({ prefetch: false })
      expect(await visit(page, `/search?q=${encodeURIComponent(query)}`)).toBe(200)
      const typed = await page.getByRole('searchbox', { name: 'Search the archive' }).inputValue()
      expect(typed).toBe(query.slice(0, 60))
      expect(await page.title()).toContain('The Film Desk')
      for (const { id } of (await readPanel(page)).fragments) expect(id.length).toBeLessThan(100)
    })
  }

  test('what is no text', async () => {
    for (const query of ['%00', '%ff', '%ED%A0%80', '%E0%A4%A', 'a&q=b', '%F0%9F%8E%AC', '%E2%80%AE']) {
      const { status } = await request('GET', `/search?q=${query}`)
      expect(status, query).toBeLessThan(500)
    }
  })
})

test('an address without a page is a 404', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const paths = ['/films/no-such-film', '/films/no-such-film/edit', '/directors/nobody', '/genres/no-such-genre']
  for (const path of [...paths, '/films/%3Cscript%3E', '/genres/Western', `/directors/${'a'.repeat(300)}`]) {
    expect(await visit(page, path), path).toBe(404)
    await page.getByRole('heading', { level: 1, name: 'That reel is missing' }).waitFor()
  }
})
