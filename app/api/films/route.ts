import { publishFilm } from '../../_data/desk'
import { parseFilm } from '../../_data/filmInput'
import { MAX_QUERY, searchFilms } from '../../_data/search'
import { createHandler, HttpError, readJsonObject } from '../http'

/** Returns the films that match `?q=`, as on the search page. */
export const GET = createHandler(async (request) => {
  const query = new URL(request.url).searchParams.get('q') ?? ''
  if (query.length > MAX_QUERY) throw new HttpError(400, `The query must not exceed ${MAX_QUERY} characters.`)
  return Response.json({ films: await searchFilms(query) })
})

export const POST = createHandler(async (request) => {
  const parsed = parseFilm(await readJsonObject(request))
  if (!parsed.ok) throw new HttpError(400, 'Some fields are not valid.', parsed.errors)
  const saved = await publishFilm(parsed.fields)
  return Response.json(saved, { status: 201, headers: { location: `/films/${saved.film.slug}` } })
})
