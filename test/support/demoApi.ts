import { inject } from 'vitest'
import type { SaveResult } from '../../app/_data/desk.ts'
import type { Film, FilmFields } from '../../app/_data/film.ts'

/** Finds the film with exactly this title. */
export async function findFilm(title: string): Promise<Film> {
  const query = new URLSearchParams({ q: title })
  const { films } = await readJson<{ films: Film[] }>(await request('GET', `/api/films?${query}`))
  const film = films.find((candidate) => candidate.title === title)
  if (film === undefined) throw new Error(`There is no film called ${title}.`)
  return film
}

/** Edits a film over the API, without a browser. */
export async function editFilm({ id }: Film, fields: Partial<FilmFields>): Promise<SaveResult> {
  return readJson(await request('PUT', `/api/films/${id}`, fields))
}

export async function publishFilm(fields: Partial<FilmFields>): Promise<SaveResult> {
  return readJson(await request('POST', '/api/films', fields))
}

export function request(method: string, path: string, body?: unknown, headers = {}): Promise<Response> {
  return fetch(inject('origin') + path, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
  })
}

async function readJson<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`The demo answered ${response.status}: ${await response.text()}`)
  return response.json()
}
