import { isNextSince, projectNext } from '../../support/nextVersion.ts'
import { EDIT_STEPS, REMOVAL } from './editSteps.ts'

/** A page that Next's own caches do not renew after some steps, in one process. They show an old value, or an error. */
export interface NextDifference {
  readonly path: string
  /** The titles of the steps. */
  readonly steps: readonly string[]
  readonly reason: string
  readonly only?: 'cacheComponents'
  /** The first minor of Next that differs. Default: all minors differ. */
  readonly since?: string
  /** The first minor of Next that no longer differs. */
  readonly before?: string
}

const REDIRECTS: Omit<NextDifference, 'path'> = {
  steps: ["revalidateTag with 'max' in a Server Action", "revalidateTag with 'max' in a route handler"],
  reason: 'a render after the answer cannot set the location',
}

/**
 * Before 16.3 the memory of `'use cache'` reads `Date.now()` for each revalidated tag of its entry. In the prerender of a route
 * handler with cacheComponents that is an error. A handler answers with it, or with its stale copy where it may.
 */
const HANDLERS: Omit<NextDifference, 'path' | 'steps'> = {
  reason: 'its check of tags is an error',
  only: 'cacheComponents',
  before: '16.3',
}
const REVALIDATIONS = [
  ...EDIT_STEPS.filter(({ kind }) => kind !== undefined).map(({ title }) => title),
  REMOVAL,
]

const DIFFERENCES: readonly NextDifference[] = [
  {
    path: '/fallback/a',
    steps: [
      'updateTag in a Server Action',
      'revalidateTag with { expire: 0 } in a Server Action',
      'revalidateTag with { expire: 0 } in a route handler',
      'revalidatePath of a path in a Server Action',
      'revalidatePath of a path in a route handler',
    ],
    reason: 'a shell keeps the data of the build',
    only: 'cacheComponents',
    // Earlier minors leave this shell after a revalidation, and answer with the one that all ids share.
    since: '16.3',
  },
  // The first revalidation finds no entry, because the build has rendered the handler in another process.
  { path: '/cached-feed/a', steps: REVALIDATIONS.slice(1), ...HANDLERS },
  { path: '/cached-feed/b', steps: REVALIDATIONS, ...HANDLERS },
  { path: '/redirect/a', ...REDIRECTS },
  { path: '/redirect/b', ...REDIRECTS },
]

/** The pages for which the answers differ. The content cache must show the new value. */
export function findDifferences(cacheComponents: boolean, next = projectNext): readonly NextDifference[] {
  return DIFFERENCES.filter(
    ({ only, since, before }) =>
      (only === undefined || cacheComponents) &&
      (since === undefined || isNextSince(next, since)) &&
      (before === undefined || !isNextSince(next, before)),
  )
}
