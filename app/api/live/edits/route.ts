import { revalidatePath } from 'next/cache'
import { type ContentAction, publishContent } from 'react-cache-content/next'
import { keysOfEdit } from '../../../_data/contentKeys'
import { describeEdit } from '../../../_data/describeEdit'
import type { Film } from '../../../_data/film'
import { parseFields, parseFilm } from '../../../_data/filmInput'
import { insertFilm, updateFilm } from '../../../_data/saveFilm'
import { isLive } from '../../../live/isLive'
import { answer, HttpError, readObject } from '../../http'
import { withdrawFilm } from '../withdrawFilm'

/**
 * Where the scripted editor saves. As the editor's form does, but for the last step: what has changed is published
 * for the worker to deal with, where the form expires it at once.
 */
export const POST = answer(async (request) => {
  // For whoever does not know the token of the run, there is nothing here.
  if (!isLive() || request.headers.get('x-demo-editor') !== process.env.DEMO_LIVE)
    throw new HttpError(404, 'There is nothing here.')
  const { action, editor, id, fields } = await readObject(request)
  const editorInfo = { editor: typeof editor === 'string' ? editor.slice(0, 40) : 'Somebody' }
  if (action === 'save') {
    const parsed = parseFields(objectIn(fields))
    if (!parsed.ok) throw new HttpError(400, 'Some fields are not valid.', parsed.errors)
    const edit = await updateFilm(numberIn(id), parsed.fields)
    if (edit?.before == null) throw new HttpError(404, 'There is no such film.')
    const { before, after } = edit
    const change = describeEdit(before, parsed.fields)
    if (change !== null) await publish(after, action, keysOfEdit(before, after), { ...editorInfo, change })
    return Response.json({ film: after })
  }
  if (action === 'publish') {
    const parsed = parseFilm(objectIn(fields))
    if (!parsed.ok) throw new HttpError(400, 'Some fields are not valid.', parsed.errors)
    const { after } = await insertFilm(parsed.fields)
    await publish(after, action, keysOfEdit(null, after), editorInfo)
    // Next may have kept a page that says there is none.
    revalidatePath(`/films/${after.slug}`)
    return Response.json({ film: after })
  }
  if (action === 'delete') {
    const film = await withdrawFilm(numberIn(id))
    if (film === null) throw new HttpError(404, 'There is no such film.')
    // The lists that a film leaves are those that it entered.
    await publish(film, action, keysOfEdit(null, film), editorInfo)
    return Response.json({ film })
  }
  throw new HttpError(400, 'The action must be save, publish or delete.')
})

/** One message for all that an edit concerns: its readers are people, too. */
async function publish(
  film: Film,
  action: ContentAction,
  keys: string[],
  editorInfo: { editor: string; change?: string },
): Promise<void> {
  const { objKey, title, slug } = film
  const alsoConcerns = keys.filter((key) => key !== objKey)
  await publishContent(objKey, { action, title, slug, alsoConcerns, ...editorInfo })
}

function objectIn(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new HttpError(400, 'The fields must be an object.')
}

function numberIn(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number
  throw new HttpError(400, 'The id must be a whole number.')
}
