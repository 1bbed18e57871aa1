import { MAX_QUEUED_ROUTES, MEMBERS_PER_CALL, ORPHANED_ROUTE_DELAY_MS } from '../redis/protocol.gen.ts'
import type { WorkerContext } from './context.ts'
import { type FragmentRoute, runEnqueueRoutes } from './scripts/runEnqueueRoutes.ts'

/** The routes that show objects. */
export interface AffectedRoutes {
  /** Fragments that show the objects, at most {@link MAX_LISTED}. */
  readonly shownIn: readonly FragmentRoute[]
  /** Routes of all these fragments, at most as many as the queue holds. */
  readonly routes: readonly string[]
}

export interface EnqueuedRoutes extends AffectedRoutes {
  /** Number of routes that were not queued, because the queue is full. */
  readonly dropped: number
}

/** Limits the memory for a message about an object that every page shows. */
const MAX_LISTED = 1_000
/** Objects per round trip. Each object has its own script call, so that no call blocks the server for long. */
const CONCURRENCY = 25

/** Finds the routes that show objects, and changes nothing. */
export async function findAffectedRoutes(
  context: WorkerContext,
  objects: Iterable<string>,
): Promise<AffectedRoutes> {
  return collectRoutes(context, objects, undefined)
}

/**
 * Queues the routes that show objects. Must run before the expiry, which removes the fragments and their routes. The
 * routes become due when they are marked ready. If this process dies before that, they become due after a minute.
 */
export function enqueueAffectedRoutes(
  context: WorkerContext,
  objects: Iterable<string>,
): Promise<EnqueuedRoutes> {
  return collectRoutes(context, objects, ORPHANED_ROUTE_DELAY_MS)
}

/** @param dueAfterMs milliseconds until the routes are due; undefined to queue nothing */
async function collectRoutes(
  { connection, keys }: WorkerContext,
  objects: Iterable<string>,
  dueAfterMs: number | undefined,
): Promise<EnqueuedRoutes> {
  const shownIn = new Map<string, FragmentRoute>()
  const routes = new Set<string>()
  let dropped = 0
  const all = [...objects]
  for (let start = 0; start < all.length; start += CONCURRENCY)
    await Promise.all(all.slice(start, start + CONCURRENCY).map(collectRoutesOf))
  return { shownIn: [...shownIn.values()], routes: [...routes], dropped }

  async function collectRoutesOf(object: string): Promise<void> {
    let cursor = '0'
    do {
      const batch = { cursor, size: MEMBERS_PER_CALL, dueAfterMs }
      const reply = await connection.runPastBreaker((redis) =>
        runEnqueueRoutes({ redis, keys }, object, batch),
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
