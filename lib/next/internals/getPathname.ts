import type { RenderUnit } from './guardedUnit.ts'

const TAG = '_N_T_'

/**
 * The path of the page that is rendered; nothing where Next renders it for paths to come. Where there is no request,
 * Next tells it by the tag by which `revalidatePath` finds the page, behind those of the folders that it is in.
 */
export function getPathname(unit: RenderUnit): string | undefined {
  if (unit.type === 'request') return unit.url.pathname
  const paths = (unit.implicitTags?.tags ?? []).flatMap((tag) =>
    tag.startsWith(`${TAG}/`) ? tag.slice(TAG.length) : [],
  )
  if (paths.includes('/')) return '/'
  const last = paths.at(-1)
  return last && !/\/(layout|page|route)$/.test(last) ? last : undefined
}
