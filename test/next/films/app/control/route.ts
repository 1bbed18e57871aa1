import { type ContentAction, publishContent, refreshObj } from 'react-cache-content/next'
import { films } from '../../site/films'

/** A command of a test. The site carries out its fields in this order. */
export interface FilmsCommand {
  readonly write?: Readonly<Record<string, string>>
  readonly refresh?: readonly string[]
  readonly publish?: { readonly key: string; readonly action: ContentAction }
}

/** Replies with the number of times that this process has read each title. */
export async function POST(request: Request): Promise<Response> {
  const { write = {}, refresh, publish } = (await request.json()) as FilmsCommand
  for (const [id, title] of Object.entries(write)) films.titles.set(id, title)
  if (refresh !== undefined) await refreshObj(refresh)
  if (publish !== undefined) await publishContent(publish.key, publish)
  return Response.json(Object.fromEntries(films.reads))
}
