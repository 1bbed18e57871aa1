import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { editFilm, findFilm } from '../support/demoApi.ts'
import { getFragmentIds, type Panel, readPanel } from '../support/demoPanel.ts'
import { test } from '../support/demoTest.ts'

async function load(page: Page, path: string): Promise<Panel> {
  await visit(page, path)
  return readPanel(page)
}

const SHELF = 'genre/page {"genre":"Drama","page":1,"sort":"rating"}'
const OTHER_SHELF = 'genre/page {"genre":"Western","page":1,"sort":"rating"}'

test('an edit renders only the fragments of the film and those around them again', async ({ newVisitor }) => {
  // Prefetches would fill some of the fragments before the page under test.
  const page = await newVisitor({ prefetch: false })
  const film = await findFilm('Pulp Fiction')
  for (const path of [
    '/',
    '/genres/drama',
    '/directors/quentin-tarantino',
    '/search?q=pulp+fiction',
    '/genres',
    '/genres/western',
    '/films/the-shawshank-redemption',
  ]) {
    await load(page, path)
  }
  expect((await load(page, '/genres/drama')).fragments).toEqual([{ id: SHELF, outcome: 'hit' }])

  // The running time is on the film's own page only: no list is sorted, filtered or counted by it.
  await editFilm(film, { runningTime: 155 })

  const front = await load(page, '/')
  expect(getFragmentIds('miss', front)).toEqual([
    `film/row [${film.id},"rating"]`,
    'home/changes',
    'home/front [null,"rating"]',
    'home/top-rated [null,"rating"]',
  ])
  expect(countNames(getFragmentIds('hit', front))).toEqual({
    'film/row': 9,
    'home/decades': 1,
    'home/disputes': 1,
    'home/genres': 1,
    'home/lead': 1,
    'home/returns': 1,
  })

  const shelf = await load(page, '/genres/drama')
  expect(getFragmentIds('miss', shelf)).toEqual([`film/card [${film.id}]`, SHELF])
  expect(countNames(getFragmentIds('hit', shelf))).toEqual({ 'film/card': 23, 'genre/head': 1 })

  // The card was rendered for the shelf, and is a hit wherever the film is listed as a card.
  const director = await load(page, '/directors/quentin-tarantino')
  expect(getFragmentIds('miss', director)).toEqual(['director/page ["quentin-tarantino"]'])
  expect(countNames(getFragmentIds('hit', director))).toEqual({ 'film/card': 6 })
  const results = await load(page, '/search?q=pulp+fiction')
  expect(getFragmentIds('miss', results)).toEqual(['search/results ["pulp fiction"]'])
  expect(getFragmentIds('hit', results)).toEqual([`film/card [${film.id}]`])

  // A prerendered page of another film, which lists this one.
  const related = await load(page, '/films/the-shawshank-redemption')
  expect(getFragmentIds('miss', related)).toEqual([
    'film/page ["the-shawshank-redemption"]',
    'film/related ["the-shawshank-redemption"]',
  ])
  expect(countNames(getFragmentIds('hit', related))).toEqual({
    'film/by-director': 1,
    'film/history': 1,
    'film/row': 5,
  })

  // Pages that do not show the film are still hits.
  for (const path of ['/genres', '/genres/western']) {
    const { fragments } = await load(page, path)
    expect(fragments, path).toEqual([{ id: expect.any(String), outcome: 'hit' }])
  }
})

test('an edit of a sort field renders the list again, but not its other rows', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const film = await findFilm('Dances with Wolves')
  for (const path of ['/', '/genres/western', '/genres/drama']) await load(page, path)

  await editFilm(film, { votes: (film.votes ?? 0) + 1 })

  const front = await load(page, '/')
  expect(getFragmentIds('miss', front)).toEqual([
    'genre/tile ["Western"]',
    'home/changes',
    'home/disputes',
    'home/front [null,"rating"]',
    'home/genres',
    'home/lead [null,"rating"]',
    'home/top-rated [null,"rating"]',
  ])
  expect(countNames(getFragmentIds('hit', front))).toEqual({
    'film/row': 10,
    'genre/tile': 11,
    'home/decades': 1,
    'home/returns': 1,
  })
  const shelf = await load(page, '/genres/western')
  expect(getFragmentIds('miss', shelf)).toEqual([
    `film/card [${film.id}]`,
    'genre/head ["Western"]',
    OTHER_SHELF,
  ])
  expect(countNames(getFragmentIds('hit', shelf))).toEqual({ 'film/card': 23 })
  expect((await load(page, '/genres/drama')).fragments).toEqual([{ id: SHELF, outcome: 'hit' }])
})

test('an edit that changes nothing expires nothing', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const film = await findFilm('Silverado')
  await load(page, '/genres/western')
  expect(await editFilm(film, { title: film.title, rating: film.rating })).toMatchObject({
    keys: [],
    expired: 0,
  })
  expect((await load(page, '/genres/western')).fragments).toEqual([{ id: OTHER_SHELF, outcome: 'hit' }])
})

/** Counts the fragments of each name. */
function countNames(ids: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const id of ids) {
    const name = id.split(' ')[0] ?? ''
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
