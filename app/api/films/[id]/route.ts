import { editFilm } from '../../../_data/desk'
import { parseFields } from '../../../_data/filmInput'
import { getFilmById } from '../../../_data/saveFilm'
import { createHandler, HttpError, readJsonObject } from '../../http'

interface Context {
  params: Promise<{ id: string }>
}

export const GET = createHandler(async (_request, { params }: Context) => {
  const film = await getFilmById(parseId((await params).id))
  if (film === null) throw new HttpError(404, 'There is no such film.')
  return Response.json({ film })
})

/** Updates the given fields and leaves all others unchanged. */
export const PUT = createHandler(async (request, { params }: Context) => {
  const id = parseId((await params).id)
  const parsed = parseFields(await readJsonObject(request))
  if (!parsed.ok) throw new HttpError(400, 'Some fields are not valid.', parsed.errors)
  const saved = await editFilm(id, parsed.fields)
  if (saved === null) throw new HttpError(404, 'There is no such film.')
  return Response.json(saved)
})

function parseId(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new HttpError(404, 'There is no such film.')
  return Number(text)
}
