import { publishFilm } from '../../_data/desk'
import { parseFilm } from '../../_data/filmInput'
import { MAX_QUERY, searchFilms } from '../../_data/search'
import { answer, HttpError, readObject } from '../http'

/** The films that `?q=` finds, as the search page shows them. */
export const GET = answer(async (request) => {
  const query = new URL(request.url).searchParams.get('q') ?? ''
  if (query.length > MAX_QUERY)
    throw new HttpError(400, `At most ${MAX_QUERY} characters can be searched for.`)
  return Response.json({ films: await searchFilms(query) })
})

export const POST = answer(async (request) => {
  const parsed = parseFilm(await readObject(request))
  if (!parsed.ok) throw new HttpError(400, 'Some fields are not valid.', parsed.errors)
  const saved = await publishFilm(parsed.fields)
  return Response.json(saved, { status: 201, headers: { location: `/films/${saved.film.slug}` } })
})
