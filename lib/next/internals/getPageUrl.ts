import { openUnit, type RenderUnit } from './renderUnit.ts'

const TAG = '_N_T_'

/** The URL of the page that is rendered, as far as Next tells it: without a request it has no search. */
export function getPageUrl(unit: RenderUnit): { pathname: string; search: string } | undefined {
  const pathname = getPathname(unit)
  if (pathname === undefined) return undefined
  const store = openUnit(unit)
  return { pathname, search: store.type === 'request' ? (store.url.search ?? '') : '' }
}

/**
 * The path of the page that is rendered; nothing where Next renders it for paths to come. Where there is no request,
 * Next tells it by the tag by which `revalidatePath` finds the page, behind those of the folders that it is in.
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
