import { describe, expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { editFilm, findFilm, request } from '../support/demoApi.ts'
import { panelOf } from '../support/demoPanel.ts'
import { test } from '../support/demoTest.ts'

test('an edit through the API changes prerendered pages and lists on the next load', async ({
  newVisitor,
}) => {
  const page = await newVisitor()
  const main = page.getByRole('main')
  const film = await findFilm('Fight Club')
  const paths = ['/films/fight-club', '/', '/decades', '/genres/drama', '/directors/david-fincher']
  const shown = main.getByRole('heading', { name: 'Fight Club', exact: true })
  for (const path of paths) {
    await visit(page, path)
    await shown.first().waitFor()
  }
  await visit(page, '/films/fight-club')
  await panelOf(page).getByText('prerendered').first().waitFor()

  const saved = await editFilm(film, { title: 'Fight Club II' })
  expect(saved.film).toMatchObject({ id: film.id, slug: 'fight-club', title: 'Fight Club II', revision: 2 })
  expect(saved).toMatchObject({ pagesRevalidated: true, expired: expect.any(Number) })
  expect(saved.keys).toContain(film.objKey)
  expect(saved.expired).toBeGreaterThan(paths.length)

  for (const path of paths) {
    await visit(page, path)
    await main.getByRole('heading', { name: 'Fight Club II', exact: true }).first().waitFor()
    expect(await shown.count(), path).toBe(0)
  }
})

test('the API finds, reads and publishes films', async () => {
  const published = await request('POST', '/api/films', { title: 'Published by Program', genre: 'Western' })
  expect(published.status).toBe(201)
  expect(published.headers.get('location')).toBe('/films/published-by-program')
  const { film } = await published.json()
  expect(film).toMatchObject({ title: 'Published by Program', genre: 'Western', rating: null })
  expect(await (await request('GET', `/api/films/${film.id}`)).json()).toEqual({ film })
  expect(await findFilm('Published by Program')).toEqual(film)
})

describe('a refusal of the API', () => {
  const foreign = { origin: 'https://elsewhere.example' }
  const refusals: [
    name: string,
    status: number,
    method: string,
    path: string,
    body?: unknown,
    headers?: object,
  ][] = [
    ['a change of a film that does not exist', 404, 'PUT', '/api/films/999999', { title: 'Any title' }],
    ['a read of a film that does not exist', 404, 'GET', '/api/films/999999'],
    ['an invalid id', 404, 'PUT', '/api/films/1e3', { title: 'Any title' }],
    ['an unknown field', 400, 'PUT', '/api/films/1', { slug: 'mine' }],
    ['a field of the prototype', 400, 'PUT', '/api/films/1', '{"__proto__": {"title": "Mine"}}'],
    ['a value of the wrong type', 400, 'PUT', '/api/films/1', { title: 7 }],
    ['a value out of range', 400, 'PUT', '/api/films/1', { rating: 10.1 }],
    ['a genre that does not exist', 400, 'PUT', '/api/films/1', { genre: 'drama' }],
    ['a day that does not exist', 400, 'PUT', '/api/films/1', { released: '2001-02-29' }],
    ['an empty title', 400, 'PUT', '/api/films/1', { title: ' ' }],
    ['control characters', 400, 'PUT', '/api/films/1', { title: 'a\u0000b' }],
    ['half a character', 400, 'PUT', '/api/films/1', '{"title": "\\ud800"}'],
    ['a new film without a title', 400, 'POST', '/api/films', { rating: 9 }],
    ['a body that is not JSON', 400, 'PUT', '/api/films/1', '{title: "Mine"}'],
    ['a body that is not an object', 400, 'PUT', '/api/films/1', '[]'],
    ['an empty body', 400, 'PUT', '/api/films/1', ''],
    ['a body that is too large', 413, 'PUT', '/api/films/1', { title: 'a'.repeat(17_000) }],
    ['a body of another type', 415, 'PUT', '/api/films/1', '{}', { 'content-type': 'text/plain' }],
    ['a request from another site', 403, 'PUT', '/api/films/1', { title: 'Mine' }, foreign],
    ['a query that is too long', 400, 'GET', `/api/films?q=${'a'.repeat(61)}`],
  ]

  for (const [name, status, method, path, body, headers] of refusals) {
    test(`the API refuses, in JSON, ${name}`, async () => {
      const response = await request(method, path, body, headers)
      expect(response.headers.get('content-type')).toContain('application/json')
      expect(await response.json()).toMatchObject({ error: expect.stringMatching(/^[A-Z].*\.$/) })
      expect(response.status).toBe(status)
    })
  }

  test('a refused request has changed nothing', async () => {
    const { film } = await (await request('GET', '/api/films/1')).json()
    expect(film).toMatchObject({ revision: 1 })
  })
})
