/** Prints the errors of the store. */
export async function register() {
  // Bundlers remove a block of this form from the edge runtime, which lacks the Node modules that it imports.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { onCacheEvent } = await import('react-cache-content/next')
    onCacheEvent((event) => {
      if (event.type === 'store-error') console.error(event.operation, event.error)
      if (event.type === 'pages-error') console.error(event.error)
      if (event.type === 'rebuild-refused')
        console.error(`rebuild of ${event.route} refused: ${event.reason}`)
    })
  }
}
