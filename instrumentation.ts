/** Where several processes share a Redis, the pages that this one has prerendered follow all of them. */
export async function register() {
  // In a block of this form: bundlers then leave what needs Node out of the edge runtime.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { followExpiries, onCacheEvent } = await import('react-cache-content/next')
    onCacheEvent((event) => {
      if (event.type === 'store-error') console.error(event.operation, event.error)
      if (event.type === 'rebuild-refused')
        console.error(`rebuild of ${event.route} refused: ${event.reason}`)
    })
    followExpiries()
  }
}
