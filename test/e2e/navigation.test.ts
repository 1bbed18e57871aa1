import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { editFilm, findFilm } from '../support/demoApi.ts'
import { getFragmentIds, readPanel } from '../support/demoPanel.ts'
import { test } from '../support/demoTest.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const follow = (page: Page, name: string) =>
  page.getByRole('main').getByRole('link', { name, exact: true }).first().click()

/** Records the URLs of the documents that a window loads from now on. */
function recordDocuments(page: Page): string[] {
  const documents: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents.push(request.url())
  })
  return documents
}

const rounds = [
  ['rendered again', 'miss'],
  ['from the cache', 'hit'],
] as const
for (const [origin, outcome] of rounds) {
  test(`links, back and forward show complete pages, ${origin}`, async ({ newVisitor }) => {
    const page = await newVisitor()
    const main = page.getByRole('main')
    const film = await findFilm('Hannah Montana/Miley Cyrus: Best of Both Worlds Concert Tour')
    if (outcome === 'miss') await editFilm(film, { runningTime: 75 })
    await visit(page, '/')
    const documents = recordDocuments(page)

    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Genres' }).click()
    await heading(page, 'Genres').waitFor()
    await follow(page, 'Concert/Performance')
    await heading(page, 'Concert/Performance').waitFor()
    expect(getFragmentIds(outcome, await readPanel(page))).toContain(
      'genre/page {"genre":"Concert/Performance","page":1,"sort":"rating"}',
    )
    await follow(page, film.title)
    await heading(page, film.title).waitFor()

    await page.goBack()
    await heading(page, 'Concert/Performance').waitFor()
    expect(await main.getByRole('article').count()).toBe(5)
    await page.goBack()
    await heading(page, 'Genres').waitFor()
    expect(await main.getByRole('heading', { level: 3 }).count()).toBe(12)
    await page.goBack()
    await heading(page, 'The Shawshank Redemption').waitFor()
    await page.goForward()
    await heading(page, 'Genres').waitFor()
    await page.goForward()
    await heading(page, 'Concert/Performance').waitFor()
    await page.goForward()
    await heading(page, film.title).waitFor()
    await main.getByRole('link', { name: 'Edit this film' }).waitFor()
    expect(documents).toEqual([])
  })
}

test('back leads to the current content after an edit', async ({ newVisitor }) => {
  const page = await newVisitor()
  await visit(page, '/genres/musical')
  await follow(page, 'Across the Universe')
  await heading(page, 'Across the Universe').waitFor()
  await follow(page, 'Edit this film')
  await page.getByLabel('Title', { exact: true }).fill('Across the Universes')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('status').getByText('Saved.').waitFor()
  await page.goBack()
  await heading(page, 'Across the Universes').waitFor()
  await page.goBack()
  await heading(page, 'Musical').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Across the Universes' }).waitFor()
  await page.goForward()
  await heading(page, 'Across the Universes').waitFor()
})

test('another chart replaces the first, and the scroll position stays', async ({ newVisitor }) => {
  const page = await newVisitor()
  await visit(page, '/')
  const tab = (name: string) => page.getByRole('navigation', { name: 'Chart' }).getByRole('link', { name })
  await tab('Box office').scrollIntoViewIfNeeded()
  await page.mouse.wheel(0, 200)
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100)
  const before = await page.evaluate(() => scrollY)
  await tab('Box office').click()
  await page
    .getByRole('region', { name: 'Box office of all time' })
    .getByRole('link', { name: 'Titanic' })
    .waitFor()
  expect(new URL(page.url()).search).toBe('?chart=gross')
  expect(await tab('Box office').getAttribute('aria-current')).toBe('true')
  expect(await page.evaluate(() => scrollY)).toBeGreaterThan(before - 100)

  await page.goBack()
  await page.getByRole('region', { name: 'Top rated of all time' }).waitFor()
  await heading(page, 'The Shawshank Redemption').waitFor()
})
