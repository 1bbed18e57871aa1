import { workUnitAsyncStorage } from './workAsyncStorage.ts'

/**
 * Whether `next dev` renders a page again only to validate it, as it does with cacheComponents. It renders the components of
 * the browser from the data of the page, since Next 16.4 in a thread that has nothing else of the request.
 */
export function isPageValidation(): boolean {
  const type = workUnitAsyncStorage.getStore()?.type
  return (
    process.env.NODE_ENV === 'development' && (type === 'validation-client' || type === 'prerender-client')
  )
}
