import { unstable_cache } from 'next/cache'
import { readTitle } from '../../../../site/films'

export function generateStaticParams() {
  return [{ id: 'built' }]
}

/** A route handler that Next stores, with data that Next stores. */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params
  const read = unstable_cache(async () => readTitle(id, 'data'), [id], { tags: [`film-${id}`] })
  return new Response(await read())
}
