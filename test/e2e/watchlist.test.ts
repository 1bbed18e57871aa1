import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { editFilm, findFilm } from '../support/demoApi.ts'
import { getFragmentIds, readPanel } from '../support/demoPanel.ts'
import { test } from '../support/demoTest.ts'

const bookmarks = (page: Page, title: string) =>
  page.getByRole('main').getByRole('button', { name: `${title}: on my watchlist`, exact: true })
const watched = (page: Page, title: string) =>
  page
    .getByRole('main')
    .getByRole('button', { name: `${title}: on my watchlist`, exact: true, pressed: true })
const counted = (page: Page, count: number) =>
  page.getByRole('banner').getByRole('link', { name: new RegExp(`^Watchlist, ${count} films?$`) })

test('a bookmark works in a cached fragment, and in one that was rendered again', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const title = 'Open Range'
  const shelf = '/genres/western'
  await visit(page, shelf)
  await visit(page, shelf)
  expect(getFragmentIds('miss', await readPanel(page))).toEqual([])
  await counted(page, 0).waitFor()
  await bookmarks(page, title).click()
  await watched(page, title).waitFor()
  await counted(page, 1).waitFor()

  const film = await findFilm(title)
  await editFilm(film, { distributor: 'Somebody Else' })
  await visit(page, shelf)
  expect(getFragmentIds('miss', await readPanel(page))).toContain(`film/card [${film.id}]`)
  await watched(page, title).waitFor()
  await bookmarks(page, title).click()
  await counted(page, 0).waitFor()
  expect(await watched(page, title).count()).toBe(0)
})

test('the watchlist survives soft navigation, a reload and an edit', async ({ newVisitor }) => {
  const page = await newVisitor()
  await visit(page, '/directors/tim-burton')
  await bookmarks(page, 'Ed Wood').click()
  await bookmarks(page, 'Big Fish').click()
  await counted(page, 2).waitFor()

  await page.getByRole('main').getByRole('link', { name: 'Ed Wood' }).click()
  await page.getByRole('heading', { level: 1, name: 'Ed Wood' }).waitFor()
  await watched(page, 'Ed Wood').first().waitFor()
  await counted(page, 2).waitFor()
  await page.reload()
  await watched(page, 'Ed Wood').first().waitFor()
  await counted(page, 2).waitFor()

  await page.getByRole('main').getByRole('link', { name: 'Edit this film' }).click()
  await page.getByLabel('Running time').fill('126')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('link', { name: 'Read the film' }).click()
  await watched(page, 'Ed Wood').first().waitFor()

  await counted(page, 2).click()
  await page.getByRole('heading', { level: 1, name: 'Watchlist' }).waitFor()
  await bookmarks(page, 'Ed Wood').click()
  await counted(page, 1).waitFor()
  expect(await page.getByRole('main').getByRole('link').allInnerTexts()).toEqual(['Big Fish'])
  await bookmarks(page, 'Big Fish').click()
  await page.getByText('The watchlist is empty.').waitFor()
})

test('two bookmarks of one film stay in sync, on a page and in two tabs', async ({ newVisitor }) => {
  const page = await newVisitor()
  const tab = await page.context().newPage()
  const title = 'Big Fish'
  await visit(tab, '/directors/tim-burton')
  await visit(page, '/films/big-fish')
  expect(await bookmarks(page, title).count()).toBe(2)
  expect(await watched(page, title).count()).toBe(0)

  await bookmarks(page, title).first().click()
  await expect.poll(() => watched(page, title).count()).toBe(2)
  await watched(tab, title).waitFor()
  await counted(tab, 1).waitFor()

  await bookmarks(tab, title).click()
  await counted(page, 0).waitFor()
  expect(await watched(page, title).count()).toBe(0)
})

test('each visitor has a separate watchlist', async ({ newVisitor }) => {
  const [one, other] = [await newVisitor(), await newVisitor()]
  await visit(one, '/films/big-fish')
  await bookmarks(one, 'Big Fish').first().click()
  await counted(one, 1).waitFor()
  await visit(other, '/films/big-fish')
  await counted(other, 0).waitFor()
  expect(await watched(other, 'Big Fish').count()).toBe(0)
})
