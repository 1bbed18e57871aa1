import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { editFilm, findFilm } from '../support/demoApi.ts'
import { barOf, getFragmentIds, type Panel, panelOf, readPanel } from '../support/demoPanel.ts'
import { test } from '../support/demoTest.ts'

/** Returns the texts that the bar must contain, from the lines below it. */
function listBarTexts(panel: Panel): string[] {
  const words = { hit: ['hit', 'hits'], miss: ['miss', 'misses'] } as const
  return (['hit', 'miss'] as const).flatMap((outcome) => {
    const count = getFragmentIds(outcome, panel).length
    return count === 0 ? [] : [`${count} ${words[outcome][count === 1 ? 0 : 1]}`]
  })
}

async function openPanel(page: Page): Promise<void> {
  if ((await barOf(page).getAttribute('aria-expanded')) !== 'true') await barOf(page).click()
  await panelOf(page).locator('.panel-sheet').waitFor()
}

test('the bar shows the number of hits, misses and objects', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  await editFilm(await findFilm('Shanghai Noon'), { runningTime: 111 })
  for (const path of ['/', '/genres/western', '/films/shanghai-noon', '/decades']) {
    await visit(page, path)
    const panel = await readPanel(page)
    expect(panel.fragments.length).toBeGreaterThan(0)
    for (const part of listBarTexts(panel)) expect(panel.bar).toContain(part)
    const keys = await panelOf(page)
      .locator('button[name=key]')
      .evaluateAll((buttons) => {
        return buttons.map((button) => (button as HTMLButtonElement).value)
      })
    expect(panel.bar).toContain(`${new Set(keys).size} objects`)
  }
})

test('the panel says how many fragments were rendered, and how many were hits', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  await visit(page, '/genres/western')
  await editFilm(await findFilm('Hidalgo'), { runningTime: 137 })
  await visit(page, '/genres/western')
  await openPanel(page)
  await panelOf(page)
    .getByText(/^2 fragments had to be rendered.* The other 24 were still valid/)
    .waitFor()
  await page.reload()
  await panelOf(page).getByText('The whole page came from the cache as one piece').waitFor()
  await visit(page, '/search')
  await panelOf(page).getByText('There is no cached fragment on this page.').waitFor()
})

test('the panel marks prerendered pages, and no other pages', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  for (const path of ['/films/rent', '/decades']) {
    await visit(page, path)
    expect((await readPanel(page)).bar).toContain('prerendered')
    await openPanel(page)
    await panelOf(page).getByText('Next keeps this page as a file').waitFor()
  }
  for (const path of ['/', '/genres', '/directors/tim-burton', '/search?q=dark']) {
    await visit(page, path)
    expect((await readPanel(page)).bar).not.toContain('prerendered')
  }
})

test('a click on an object expires it, and the page shows the rendered fragments', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const film = await findFilm('Wyatt Earp')
  await visit(page, '/genres/western')
  await visit(page, '/genres/western')
  expect(getFragmentIds('miss', await readPanel(page))).toEqual([])
  await openPanel(page)
  await panelOf(page)
    .getByText(/^25 objects$/)
    .last()
    .click()
  await panelOf(page).getByRole('button', { name: film.title }).click()
  await panelOf(page)
    .getByText(/^2 fragments had to be rendered/)
    .waitFor()
  expect(getFragmentIds('miss', await readPanel(page))).toEqual([
    `film/card [${film.id}]`,
    'genre/page {"genre":"Western","page":1,"sort":"rating"}',
  ])
})

test('a click on an object of a prerendered page renders the page again', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const film = await findFilm('Annie Get Your Gun')
  await visit(page, `/films/${film.slug}`)
  await visit(page, `/films/${film.slug}`)
  await openPanel(page)
  const renderTime = panelOf(page).locator('time')
  const before = await renderTime.getAttribute('datetime')
  await panelOf(page).locator('summary', { hasText: 'object' }).first().click()
  await panelOf(page).getByRole('button', { name: film.title }).first().click()
  await expect.poll(() => renderTime.getAttribute('datetime')).not.toBe(before)
  expect(getFragmentIds('miss', await readPanel(page))).toContain(`film/page ["${film.slug}"]`)
})

test('the panel keeps its state from page to page, and opens with the keyboard', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const expanded = () => barOf(page).getAttribute('aria-expanded')
  await visit(page, '/genres')
  expect(await expanded()).toBe('false')
  await barOf(page).focus()
  await page.keyboard.press('Enter')
  await expect.poll(expanded).toBe('true')
  await page.getByRole('main').getByRole('link', { name: 'Western' }).click()
  await page.getByRole('heading', { level: 1, name: 'Western' }).waitFor()
  await expect.poll(expanded).toBe('true')
  await page.reload()
  await expect.poll(expanded).toBe('true')
  await page.keyboard.press('Escape')
  await barOf(page).focus()
  await page.keyboard.press('Space')
  await expect.poll(expanded).toBe('false')
})
