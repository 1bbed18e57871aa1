import { editFilm } from '../../../_data/desk'
import { parseFields } from '../../../_data/filmInput'
import { filmById } from '../../../_data/saveFilm'
import { answer, HttpError, readObject } from '../../http'

interface Context {
  params: Promise<{ id: string }>
}

export const GET = answer(async (_request, { params }: Context) => {
  const film = await filmById(idOf((await params).id))
  if (film === null) throw new HttpError(404, 'There is no such film.')
  return Response.json({ film })
})

/** Sets the fields that are given, and leaves the others as they are. */
export const PUT = answer(async (request, { params }: Context) => {
  const id = idOf((await params).id)
  const parsed = parseFields(await readObject(request))
  if (!parsed.ok) throw new HttpError(400, 'Some fields are not valid.', parsed.errors)
  const saved = await editFilm(id, parsed.fields)
  if (saved === null) throw new HttpError(404, 'There is no such film.')
  return Response.json(saved)
})

function idOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new HttpError(404, 'There is no such film.')
  return Number(text)
}
