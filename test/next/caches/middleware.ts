/** Runs on the Edge runtime, for which Next bundles the cache handlers as well. */
export function middleware(): Response {
  return new Response('answered on the Edge')
}

export const config = { matcher: '/edge' }
