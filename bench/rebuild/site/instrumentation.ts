export async function register() {
  // In a block of this form, so that bundlers leave what needs Node out of the edge runtime.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { onCacheEvent } = await import('./lib/cache')
    const { countEvent } = await import('./lib/tally')
    onCacheEvent(countEvent)
  }
}
