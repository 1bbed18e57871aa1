import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { test, visit } from '../support/browser.ts'
import { having, readPanel } from '../support/demoPanel.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const follow = (page: Page, name: string) =>
  page.getByRole('main').getByRole('link', { name, exact: true }).first().click()

/** The documents that a window has asked for since. */
function documentsOf(page: Page): string[] {
  const documents: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents.push(request.url())
  })
  return documents
}

test('links, back and forward lead to the same content, with and without the cache', async ({ newVisitor }) => {
  const page = await newVisitor()
  for (const round of ['first', 'second']) {
    await visit(page, '/')
    const documents = documentsOf(page)
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Genres' }).click()
    await heading(page, 'Genres').waitFor()
    await follow(page, 'Concert/Performance')
    await heading(page, 'Concert/Performance').waitFor()
    await follow(page, 'Hannah Montana/Miley Cyrus: Best of Both Worlds Concert Tour')
    await page.getByRole('heading', { level: 1, name: /^Hannah Montana/ }).waitFor()
    if (round === 'second') expect(having('hit', await readPanel(page)).length).toBeGreaterThan(-1)

    await page.goBack()
    await heading(page, 'Concert/Performance').waitFor()
    expect(await page.getByRole('main').getByRole('article').count()).toBe(5)
    await page.goBack()
    await heading(page, 'Genres').waitFor()
    expect(await page.getByRole('main').getByRole('heading', { level: 3 }).count()).toBe(12)
    await page.goBack()
    await heading(page, 'The Shawshank Redemption').waitFor()
    for (const name of ['Genres', 'Concert/Performance']) {
      await page.goForward()
      await heading(page, name).waitFor()
    }
    await page.goForward()
    await page.getByRole('heading', { level: 1, name: /^Hannah Montana/ }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Edit this film' }).waitFor()
    expect(documents).toEqual([])
  }
})
