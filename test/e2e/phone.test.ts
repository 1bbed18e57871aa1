import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { publishFilm } from '../support/demoApi.ts'
import { test } from '../support/demoTest.ts'
import { findOverflow } from '../support/pageChecks.ts'

const PHONE = { viewport: { width: 375, height: 800 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }

test('a user with a touch screen gets from the front page to a saved edit', async ({ newVisitor }) => {
  const page = await newVisitor(PHONE)
  const main = page.getByRole('main')
  await visit(page, '/')
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Genres' }).tap()
  await page.getByRole('heading', { level: 1, name: 'Genres' }).waitFor()
  await main.getByRole('link', { name: 'Musical' }).tap()
  await main.getByRole('link', { name: 'Hedwig and the Angry Inch' }).tap()
  await page.getByRole('heading', { level: 1, name: 'Hedwig and the Angry Inch' }).waitFor()
  await main.getByRole('link', { name: 'Edit this film' }).tap()
  await page.getByLabel('Running time').tap()
  await page.getByLabel('Running time').fill('94')
  await page.getByRole('button', { name: 'Save' }).tap()
  await page.getByRole('link', { name: 'Read the film' }).tap()
  await main.getByText('1 h 34 min', { exact: true }).waitFor()
  expect(await findOverflow(page)).toEqual([])
})

test('a word that is wider than a phone is broken on every page', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false, ...PHONE })
  const { film } = await publishFilm({
    title: `Taumata${'whakatangi'.repeat(15)}`,
    director: `Dir${'ector'.repeat(15)}`,
    distributor: `Dis${'tributor'.repeat(9)}`,
    genre: 'Western',
    released: '2011-12-31',
  })
  const paths = [
    '/',
    `/films/${film.slug}`,
    `/films/${film.slug}/edit`,
    '/genres/western?sort=newest',
    `/directors/${film.directorSlug}`,
    `/search?q=${'whakatangi'.repeat(6)}`,
  ]
  for (const path of paths) {
    await visit(page, path)
    expect.soft(await findOverflow(page), path).toEqual([])
  }
})
