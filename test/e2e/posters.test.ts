import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { editFilm, findFilm } from '../support/demoApi.ts'
import { getFragmentIds, readPanel } from '../support/demoPanel.ts'
import { test } from '../support/demoTest.ts'

/** Loads all posters, also those below the window, and returns the ones that are no image. */
async function findMissingPosters(page: Page) {
  const posters = page.locator('.poster img')
  for (const poster of await posters.all()) await poster.scrollIntoViewIfNeeded()
  return posters.evaluateAll(async (images) => {
    const loads = images.map((image) =>
      (image as HTMLImageElement).decode().then(
        () => '',
        () => image.outerHTML,
      ),
    )
    return (await Promise.all(loads)).filter(Boolean)
  })
}

const readPreloads = (page: Page) =>
  page.locator('link[rel=preload][as=image]').evaluateAll((links) => links.map((link) => link.outerHTML))

test('each poster of the front page loads, and only the first is preloaded', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const film = await findFilm('The Shawshank Redemption')
  await editFilm(film, { votes: (film.votes ?? 0) + 1 })
  for (const outcome of ['miss', 'hit'] as const) {
    await visit(page, '/')
    expect(getFragmentIds(outcome, await readPanel(page))).toContain('home/front [null,"rating"]')
    const first = page.locator('.lead .poster img')
    expect(await first.getAttribute('alt')).toBe('Poster of The Shawshank Redemption')
    const source = (await first.getAttribute('srcset')) ?? ''
    const preloads = await readPreloads(page)
    expect(preloads, outcome).toHaveLength(1)
    expect(preloads[0]?.replaceAll('&amp;', '&'), outcome).toContain(source)
    expect(await findMissingPosters(page), outcome).toEqual([])
  }
})

test('a film that moves to another genre gets a poster of that genre', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const film = await findFilm('Hedwig and the Angry Inch')
  const poster = page.getByAltText(`Poster of ${film.title}`).first()
  try {
    for (const genre of ['Horror', 'Western']) {
      await editFilm(film, { genre })
      await visit(page, `/films/${film.slug}`)
      expect(await poster.getAttribute('src')).toContain(`posters%2F${genre.toLowerCase()}-`)
      expect(await findMissingPosters(page)).toEqual([])
    }
  } finally {
    await editFilm(film, { genre: film.genre })
  }
})
