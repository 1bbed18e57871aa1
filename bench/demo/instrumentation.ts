export async function register() {
  // Bundlers remove a block of this form from the edge runtime, which lacks the Node modules that it imports.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { onCacheEvent } = await import('react-cache-content/next')
    const { countEvent } = await import('../site/lib/counts')
    onCacheEvent(countEvent)
  }
}
