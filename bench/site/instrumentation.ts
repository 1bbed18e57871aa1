export async function register() {
  // In a block of this form, so that bundlers leave what needs Node out of the edge runtime.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { onCacheEvent } = await import('react-cache-content/next')
    const { countEvent } = await import('./lib/counts')
    onCacheEvent(countEvent)
  }
}
