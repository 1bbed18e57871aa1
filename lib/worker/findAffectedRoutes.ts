import { MAX_QUEUED_ROUTES, MEMBERS_PER_CALL } from '../redis/protocol.gen.ts'
import { type FragmentRoute, runEnqueueRoutes } from '../redis/rebuildQueue.ts'
import type { WorkerContext } from './context.ts'

export interface AffectedRoutes {
  /** At most {@link MAX_LISTED}. */
  readonly shownIn: readonly FragmentRoute[]
  /** At most as many as may wait. */
  readonly routes: readonly string[]
  readonly dropped: number
}

/** A message about what is on every page must not fill the memory. */
const MAX_LISTED = 1_000
/** Objects asked about at a time, in about one round trip. Each is a script of its own, so that none is long. */
const CONCURRENCY = 25

/**
 * Where objects are shown. To be asked before the expiry: after it nobody knows.
 *
 * @param wait milliseconds after which their routes are rebuilt, whatever happens to this process; without it nothing
 * is noted
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
