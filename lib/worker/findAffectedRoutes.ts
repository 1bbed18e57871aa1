import { MAX_QUEUED_ROUTES, MEMBERS_PER_CALL } from '../redis/protocol.gen.ts'
import type { WorkerContext } from './context.ts'
import { type FragmentRoute, runEnqueueRoutes } from './scripts/runEnqueueRoutes.ts'

export interface AffectedRoutes {
  /** Fragments that show the objects, at most {@link MAX_LISTED}. */
  readonly shownIn: readonly FragmentRoute[]
  /** Routes of all these fragments, at most as many as the queue holds. */
  readonly routes: readonly string[]
  /** Number of routes that were not queued, because the queue is full. */
  readonly dropped: number
}

/** Limits the memory for a message about an object that every page shows. */
const MAX_LISTED = 1_000
/** Objects per round trip. Each object has its own script call, so that no call blocks the server for long. */
const CONCURRENCY = 25

/**
 * Finds the routes that show objects. Must run before the expiry, which removes the fragments and their routes.
 *
 * @param wait milliseconds after which the routes are rebuilt even if this process dies. Without it no route is queued
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
      const reply = await connection.runPastBreaker((redis) =>
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
