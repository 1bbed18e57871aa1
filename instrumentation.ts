/** Where several processes share a Redis, the pages that this one has prerendered follow all of them. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { followExpiries, onCacheEvent } = await import('react-cache-content/next')
  onCacheEvent((event) => event.type === 'store-error' && console.error(event.operation, event.error))
  followExpiries()
}
