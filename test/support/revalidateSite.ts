import { submit } from '../next/behaviours/pages.ts'
import type { CachedPath } from '../next/caches/site/routes.ts'
import { revalidateInHandler } from './cachingSites.ts'
import type { Site } from './nextSite.ts'
import type { RevalidationKind } from './revalidationKinds.ts'

/** Has the site revalidate in the place of the kind. */
export async function revalidateSite(
  site: Site,
  kind: RevalidationKind,
  paths: readonly CachedPath[],
): Promise<void> {
  const revalidation = kind.revalidate(paths)
  if (kind.place === 'a route handler') return revalidateInHandler(site, revalidation)
  await submit(site, '/editor', await site.get('/editor'), JSON.stringify(revalidation))
}

/** The new values of the CMS. */
export function toValues(paths: readonly CachedPath[], value: string | null): Record<string, string | null> {
  return Object.fromEntries(paths.map(({ key }) => [key, value]))
}
