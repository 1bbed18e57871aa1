/** A page that Next's own caches show with an old value after some steps, in one process. */
export interface NextDifference {
  readonly path: string
  /** The titles of the steps. */
  readonly steps: readonly string[]
  readonly reason: string
  readonly only?: 'cacheComponents'
}

const REDIRECTS: Omit<NextDifference, 'path'> = {
  steps: ["revalidateTag with 'max' in a Server Action", "revalidateTag with 'max' in a route handler"],
  reason: 'a render after the answer cannot set the location',
}

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
  },
  { path: '/redirect/a', ...REDIRECTS },
  { path: '/redirect/b', ...REDIRECTS },
]

/** The pages for which the answers differ. The content cache must show the new value. */
export function findDifferences(cacheComponents: boolean): readonly NextDifference[] {
  return DIFFERENCES.filter(({ only }) => only === undefined || cacheComponents)
}
