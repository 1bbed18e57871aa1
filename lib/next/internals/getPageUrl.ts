import { openUnit, type RenderUnit } from './renderUnit.ts'

const TAG = '_N_T_'

/** The URL of the page that is being rendered. Next tells the search only for a request. Otherwise it is empty. */
export function getPageUrl(unit: RenderUnit): { pathname: string; search: string } | undefined {
  const pathname = getPathname(unit)
  if (pathname === undefined) return undefined
  const store = openUnit(unit)
  return { pathname, search: store.type === 'request' ? (store.url.search ?? '') : '' }
}

/**
 * The path of the page that is being rendered. `undefined` while Next renders it for future paths. Without a request,
 * the path is in the tag by which `revalidatePath` finds the page. This tag follows the tags of the folders that
 * contain the page.
 */
export function getPathname(unit: RenderUnit): string | undefined {
  const store = openUnit(unit)
  if (store.type === 'request') return store.url.pathname
  const paths = (store.implicitTags?.tags ?? []).flatMap((tag) =>
    tag.startsWith(`${TAG}/`) ? tag.slice(TAG.length) : [],
  )
  if (paths.includes('/')) return '/'
  const last = paths.at(-1)
  return last && !/\/(layout|page|route)$/.test(last) ? last : undefined
}
