import { revalidatePath } from 'next/cache'
import { expireObj } from 'react-cache-content/next'

/** Acknowledges an edit when its expiry has reached the store. */
export async function POST(request: Request) {
  const { id, path } = (await request.json()) as { id?: number; path?: string }
  if (path !== undefined) {
    revalidatePath(path, 'layout')
    return new Response()
  }
  // Awaited, unlike `revalidateTag` in a route handler. The tag is an object of the store.
  return Response.json(await expireObj([`film:${id}`, `next/tag:tagged:${id}`]))
}
