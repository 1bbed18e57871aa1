import { revalidatePath } from 'next/cache'
import { type ContentAction, publishContent } from 'react-cache-content/next'
import { getEditKeys } from '../../../_data/contentKeys'
import { describeEdit } from '../../../_data/describeEdit'
import type { Film } from '../../../_data/film'
import { parseFields, parseFilm } from '../../../_data/filmInput'
import { insertFilm, updateFilm } from '../../../_data/saveFilm'
import { isLive } from '../../../live/isLive'
import { createHandler, HttpError, readJsonObject } from '../../http'
import { withdrawFilm } from '../withdrawFilm'

/**
 * Saves an edit of the scripted editor. It differs from the editing form in the last step: it publishes the
 * changed keys for the worker, whereas the form expires them itself.
 */
export const POST = createHandler(async (request) => {
  // Without the run's token the endpoint does not reveal that it exists.
  if (!isLive() || request.headers.get('x-demo-editor') !== process.env.DEMO_LIVE)
    throw new HttpError(404, 'Not found.')
  const { action, editor, id, fields } = await readJsonObject(request)
  const editorInfo = { editor: typeof editor === 'string' ? editor.slice(0, 40) : 'An editor' }
  if (action === 'save') {
    const parsed = parseFields(requireObject(fields))
    if (!parsed.ok) throw new HttpError(400, 'Some fields are not valid.', parsed.errors)
    const edit = await updateFilm(requireInteger(id), parsed.fields)
    if (edit?.before == null) throw new HttpError(404, 'There is no such film.')
    const { before, after } = edit
    const change = describeEdit(before, parsed.fields)
    if (change !== null) await publish(after, action, getEditKeys(before, after), { ...editorInfo, change })
    return Response.json({ film: after })
  }
  if (action === 'publish') {
    const parsed = parseFilm(requireObject(fields))
    if (!parsed.ok) throw new HttpError(400, 'Some fields are not valid.', parsed.errors)
    const { after } = await insertFilm(parsed.fields)
    await publish(after, action, getEditKeys(null, after), editorInfo)
    // Next may hold a "not found" page for this path.
    revalidatePath(`/films/${after.slug}`)
    return Response.json({ film: after })
  }
  if (action === 'delete') {
    const film = await withdrawFilm(requireInteger(id))
    if (film === null) throw new HttpError(404, 'There is no such film.')
    // A removed film affects the same lists as a published one.
    await publish(film, action, getEditKeys(null, film), editorInfo)
    return Response.json({ film })
  }
  throw new HttpError(400, 'The action must be save, publish or delete.')
})

/** Publishes an edit as one message with all its keys, so that the live page shows one entry per edit. */
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

function requireObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new HttpError(400, 'The fields must be an object.')
}

function requireInteger(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number
  throw new HttpError(400, 'The id must be a whole number.')
}
