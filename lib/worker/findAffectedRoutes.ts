import { MAX_QUEUED_ROUTES, MEMBERS_PER_CALL } from '../redis/protocol.gen.ts'
import type { WorkerContext } from './context.ts'
import { type FragmentRoute, runEnqueueRoutes } from './scripts/runEnqueueRoutes.ts'

export interface AffectedRoutes {
  /** At most {@link MAX_LISTED}. */
  readonly shownIn: readonly FragmentRoute[]
  /** At most as many as the queue holds. */
  readonly routes: readonly string[]
  readonly dropped: number
}

/** Bounds the memory for a message about an object on every page. */
const MAX_LISTED = 1_000
/** Objects that are looked up at once, in about one round trip. Each has its own script call, so that no call is long. */
const CONCURRENCY = 25

/**
 * Finds the routes that show objects. Must run before the expiry, which removes the fragments that know the routes.
 *
 * @param wait milliseconds after which the routes are rebuilt, even if this process dies; without it no route is queued
 */
export async function findAffectedRoutes(
  { connection, keys }: WorkerContext,
  objects: Iterable<string>,
  wait?: number,
): Promise<AffectedRoutes> {
  const shownIn = new Map<string, FragmentRoute>()
  const routes = new Set<string>()
  let dropped = 0
  const all = [...objects]
  for (let start = 0; start < all.length; start += CONCURRENCY)
    await Promise.all(all.slice(start, start + CONCURRENCY).map(findOne))
  return { shownIn: [...shownIn.values()], routes: [...routes], dropped }

  async function findOne(object: string): Promise<void> {
    let cursor = '0'
    do {
      const from = cursor
      const reply = await connection.runAlways((redis) =>
        runEnqueueRoutes({ redis, keys }, object, { cursor: from, size: MEMBERS_PER_CALL, wait }),
      )
      cursor = reply.cursor
      dropped += reply.dropped
      for (const fragmentRoute of reply.fragmentRoutes) {
        if (fragmentRoute.route !== undefined && routes.size < MAX_QUEUED_ROUTES)
          routes.add(fragmentRoute.route)
        if (shownIn.size < MAX_LISTED) shownIn.set(fragmentRoute.fragment, fragmentRoute)
      }
    } while (cursor !== '0')
  }
}
