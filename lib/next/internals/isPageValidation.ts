import { workUnitAsyncStorage } from './workAsyncStorage.ts'

/**
 * Whether `next dev` renders a page again to validate it, as it does with cacheComponents. Since Next 16.4 it does so in
 * another thread, which has only the data of the page. The output is not shown.
 */
export function isPageValidation(): boolean {
  // `next build --debug-prerender` also runs in development mode, but shows its output.
  if (!process.env.__NEXT_DEV_SERVER) return false
  const type = workUnitAsyncStorage.getStore()?.type
  return type === 'validation-client' || type === 'prerender-client'
}
