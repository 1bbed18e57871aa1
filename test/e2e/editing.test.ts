import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { editFilm, findFilm } from '../support/demoApi.ts'
import { test } from '../support/demoTest.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const field = (page: Page, name: string) => page.getByLabel(name, { exact: true })
const saved = (page: Page) => page.getByRole('status').getByText('Saved.')
const section = (page: Page, name: string | RegExp) => page.getByRole('region', { name })
const follow = (page: Page, name: string) =>
  page.getByRole('main').getByRole('link', { name, exact: true }).first().click()
const goTo = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name }).click()

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save' }).click()
  await saved(page).waitFor()
}

/** Sets a variable, which the window loses when it loads another document. */
async function begin(page: Page, path: string): Promise<void> {
  await visit(page, path)
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
}
const wasNeverReloaded = (page: Page) => page.evaluate(() => 'neverReloaded' in window)

test('the editor sees a new title on every page at once, without a reload', async ({ newVisitor }) => {
  const [before, after] = ["Schindler's List", "Schindler's Register"]
  const page = await newVisitor()
  await begin(page, '/')

  // Visits all pages of the film, so that the client-side cache of Next holds them.
  await section(page, /^Top rated/)
    .getByRole('link', { name: before })
    .click()
  await heading(page, before).waitFor()
  await follow(page, 'Drama')
  await heading(page, 'Drama').waitFor()
  await page.getByRole('main').getByRole('link', { name: before }).waitFor()
  await goTo(page, 'Decades')
  await page.getByRole('main').getByRole('link', { name: before }).click()
  await heading(page, before).waitFor()
  await follow(page, 'Steven Spielberg')
  await heading(page, 'Steven Spielberg').waitFor()
  await follow(page, before)

  await follow(page, 'Edit this film')
  await field(page, 'Title').fill(after)
  await save(page)

  const shows = async (place = page.getByRole('main')) => {
    await place.getByRole('link', { name: after }).first().waitFor()
    expect(await place.getByText(before).count()).toBe(0)
  }
  await follow(page, 'Read the film')
  await heading(page, after).waitFor()
  await expect.poll(() => page.title()).toContain(after)
  await follow(page, 'Steven Spielberg')
  await heading(page, 'Steven Spielberg').waitFor()
  await shows()
  await goTo(page, 'Decades')
  await heading(page, 'Decade by decade').waitFor()
  await shows()
  await goTo(page, 'Genres')
  await heading(page, 'Genres').waitFor()
  await follow(page, 'Drama')
  await heading(page, 'Drama').waitFor()
  await shows()
  await goTo(page, 'Front page')
  await shows(section(page, /^Top rated/))
  await section(page, 'From the desk').getByText(`Title ${before} → ${after}`).waitFor()
  expect(await wasNeverReloaded(page)).toBe(true)

  await page.getByRole('searchbox', { name: 'Search' }).fill('schindler')
  await page.keyboard.press('Enter')
  await shows(section(page, 'Results'))
})

test('other visitors see a new title, also visitors with an open page', async ({ newVisitor }) => {
  const [before, after] = ['Casablanca', 'Casablanca, Again']
  const [editor, reader, stranger] = [await newVisitor(), await newVisitor(), await newVisitor()]
  await visit(stranger, '/films/casablanca')
  await heading(stranger, before).waitFor()
  await begin(reader, '/genres/drama')
  await reader.getByRole('main').getByRole('link', { name: before }).waitFor()
  await goTo(reader, 'Front page')
  await heading(reader, 'The Shawshank Redemption').waitFor()

  await visit(editor, '/films/casablanca/edit')
  await field(editor, 'Title').fill(after)
  await save(editor)

  await goTo(reader, 'Genres')
  await follow(reader, 'Drama')
  await heading(reader, 'Drama').waitFor()
  await reader.getByRole('main').getByRole('link', { name: after }).click()
  await heading(reader, after).waitFor()
  expect(await wasNeverReloaded(reader)).toBe(true)

  await visit(stranger, '/films/casablanca')
  await heading(stranger, after).waitFor()
  await visit(stranger, '/search?q=casablanca')
  await section(stranger, 'Results').getByRole('link', { name: after }).waitFor()
})

test('a film with a new genre moves to another shelf', async ({ newVisitor }) => {
  const page = await newVisitor()
  const film = (name: string) => page.getByRole('main').getByRole('link', { name })
  await begin(page, '/genres/western')
  await film('Tombstone').click()
  await follow(page, 'Edit this film')
  await field(page, 'Genre').selectOption('Musical')
  await save(page)

  await goTo(page, 'Genres')
  await follow(page, 'Musical')
  await heading(page, 'Musical').waitFor()
  await film('Tombstone').waitFor()
  await goTo(page, 'Genres')
  await follow(page, 'Western')
  await heading(page, 'Western').waitFor()
  await film('Open Range').waitFor()
  expect(await film('Tombstone').count()).toBe(0)
  expect(await wasNeverReloaded(page)).toBe(true)
})

test('a film whose rating rises enters the charts, and leaves them when it falls', async ({ newVisitor }) => {
  const page = await newVisitor()
  const film = await findFilm('Hairspray')
  const { rating, votes } = film
  const lead = page.getByRole('heading', { level: 1 })
  await visit(page, '/')
  await heading(page, 'The Shawshank Redemption').waitFor()

  await editFilm(film, { rating: 10, votes: 9_000_000 })
  await visit(page, '/')
  expect(await lead.textContent()).toBe('Hairspray')
  await section(page, /^Top rated/)
    .getByRole('link', { name: 'The Shawshank Redemption' })
    .waitFor()

  await editFilm(film, { rating, votes })
  await visit(page, '/')
  expect(await lead.textContent()).toBe('The Shawshank Redemption')
})

test('an invalid value is reported beside its field, and the input is kept', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  await visit(page, '/films/chicago/edit')
  await field(page, 'Title').fill('Chicago, Illinois')
  await field(page, 'IMDb rating').fill('eleven')
  await page.getByRole('button', { name: 'Save' }).click()

  await page.getByRole('alert').getByText('Not saved: one field is invalid.').waitFor()
  await page.getByText('A number is expected.').waitFor()
  expect(await field(page, 'IMDb rating').getAttribute('aria-invalid')).toBe('true')
  expect(await field(page, 'IMDb rating').evaluate((input) => input === document.activeElement)).toBe(true)
  expect(await field(page, 'IMDb rating').inputValue()).toBe('eleven')
  expect(await field(page, 'Title').inputValue()).toBe('Chicago, Illinois')
  expect((await findFilm('Chicago')).revision).toBe(1)

  await field(page, 'IMDb rating').fill('7.4')
  await save(page)
  await follow(page, 'Read the film')
  await heading(page, 'Chicago, Illinois').waitFor()
})

test('the second of two editors of a film is notified of the change by the first', async ({ newVisitor }) => {
  const [first, second] = [await newVisitor(), await newVisitor()]
  await visit(first, '/films/grease/edit')
  await visit(second, '/films/grease/edit')
  await field(first, 'Running time').fill('111')
  await save(first)
  await field(second, 'Running time').fill('222')
  await second.getByRole('button', { name: 'Save' }).click()
  await second.getByRole('alert').getByText('someone else changed this film').waitFor()
  expect(await field(second, 'Running time').inputValue()).toBe('222')
  expect((await findFilm('Grease')).runningTime).toBe(111)

  await visit(second, '/films/grease/edit')
  expect(await field(second, 'Running time').inputValue()).toBe('111')
})

test('an editor can save repeatedly, and a save without changes expires nothing', async ({ newVisitor }) => {
  const page = await newVisitor()
  await visit(page, '/films/moulin-rouge/edit')
  for (const minutes of ['127', '128']) {
    await field(page, 'Running time').fill(minutes)
    await save(page)
  }
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Nothing was changed, so nothing was expired.').waitFor()
  expect(await field(page, 'Running time').inputValue()).toBe('128')
})

test('the editor and the pages work without JavaScript', async ({ newVisitor }) => {
  const page = await newVisitor({ javaScriptEnabled: false })
  await page.goto('/films/fiddler-on-the-roof')
  await heading(page, 'Fiddler on the Roof').waitFor()
  await follow(page, 'Edit this film')
  await field(page, 'Title').fill('Fiddler on the Rooftop')
  await save(page)
  await follow(page, 'Read the film')
  await heading(page, 'Fiddler on the Rooftop').waitFor()
  await follow(page, 'Musical')
  await page.getByRole('main').getByRole('link', { name: 'Fiddler on the Rooftop' }).waitFor()
})
