import { expireObj } from 'react-cache-content/next'
import { getItemKey } from '../../../lib/loadItems'
import { type ShapeName, shapes } from '../../../lib/shapes'

interface Context {
  params: Promise<{ shape: ShapeName }>
}

/** Expires a random item of a page, as an editor does. */
export async function POST(request: Request, { params }: Context) {
  const { shape } = await params
  const { fragments, sections = fragments, items } = shapes[shape]
  const id = Math.floor(Math.random() * sections * items)
  const copy = Number(new URL(request.url).searchParams.get('copy'))
  await expireObj(getItemKey('edit', copy, id))
  return new Response(null, { status: 204 })
}
