import type { Revalidation } from '../next/caches/site/revalidate.ts'
import { type CachedPath, getPageOf } from '../next/caches/site/routes.ts'

/** Milliseconds within which a process that is not strict follows the log of expiries. */
export const MAX_LAG_MS = 1_000
/** Milliseconds within which a busy Redis accepts a revalidation for which Next does not wait, or all attempts have failed. */
export const MAX_ATTEMPTS_MS = 2_000

/** One way of revalidating pages. */
export interface RevalidationKind {
  readonly name: string
  /** Where it is called. */
  readonly place: 'a Server Action' | 'a route handler'
  /** Whether the old content may be served until a background render has ended. */
  readonly isRefresh?: boolean
  /** Whether the answer may come before Redis has accepted it. Next does not wait for it in route handlers. */
  readonly isUnacknowledged?: boolean
  /** Whether pages that are not named change as well. */
  readonly isOfWholeSite?: boolean
  reaches(path: CachedPath): boolean
  revalidate(paths: readonly CachedPath[]): Revalidation
}

const isTagged = ({ isTagged = false }: CachedPath) => isTagged
const isRegistered = ({ isRegistered = false }: CachedPath) => isRegistered
// A fragment does not depend on the path of its page.
const isOutsideOfFragments = ({ isInFragment = false }: CachedPath) => !isInFragment

const getTags = (paths: readonly CachedPath[]) => paths.filter(isTagged).map(({ key }) => key)
const getObjects = (paths: readonly CachedPath[]) =>
  paths.filter(isRegistered).map(({ key }) => `film:${key}`)

const updateTag: Omit<RevalidationKind, 'place'> = {
  name: 'updateTag',
  reaches: isTagged,
  revalidate: (paths) => ({ updateTag: getTags(paths) }),
}

const inBothPlaces: readonly Omit<RevalidationKind, 'place'>[] = [
  {
    name: 'revalidateTag with { expire: 0 }',
    reaches: isTagged,
    revalidate: (paths) => ({ revalidateTag: getTags(paths) }),
  },
  {
    name: "revalidateTag with 'max'",
    isRefresh: true,
    reaches: isTagged,
    revalidate: (paths) => ({ revalidateTag: getTags(paths), profile: 'max' }),
  },
  {
    name: 'revalidatePath of a path',
    reaches: isOutsideOfFragments,
    revalidate: (paths) => ({ revalidatePath: paths.map(({ path }) => path) }),
  },
  {
    name: 'revalidatePath of a page',
    // A route handler is no page.
    reaches: (path) => isOutsideOfFragments(path) && !path.isHandler,
    isOfWholeSite: true,
    revalidate: (paths) => ({ revalidatePath: [...new Set(paths.map(getPageOf))], type: 'page' }),
  },
  {
    name: 'revalidatePath of a layout',
    reaches: isOutsideOfFragments,
    isOfWholeSite: true,
    revalidate: () => ({ revalidatePath: ['/'], type: 'layout' }),
  },
  {
    name: 'expireObj',
    reaches: isRegistered,
    revalidate: (paths) => ({ expireObj: getObjects(paths) }),
  },
  {
    name: 'refreshObj',
    isRefresh: true,
    reaches: isRegistered,
    revalidate: (paths) => ({ refreshObj: getObjects(paths) }),
  },
]

/** All kinds, in all places that Next allows. */
export const REVALIDATION_KINDS: readonly RevalidationKind[] = [
  // Next refuses it in a route handler.
  { ...updateTag, place: 'a Server Action' },
  ...inBothPlaces.flatMap((kind): RevalidationKind[] => [
    { ...kind, place: 'a Server Action' },
    { ...kind, place: 'a route handler', isUnacknowledged: !kind.name.endsWith('Obj') },
  ]),
]
