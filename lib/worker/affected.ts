import { MOST_ROUTES, runRoutes, type ShownIn } from '../redis/rebuildQueue.ts'
import type { WorkerContext } from './context.ts'

export interface Affected {
  /** At most {@link MOST_LISTED}. */
  readonly shownIn: readonly ShownIn[]
  /** At most as many as may wait. */
  readonly routes: readonly string[]
  readonly dropped: number
}

/** A message about what is on every page must not fill the memory. */
const MOST_LISTED = 1_000
const BATCH = 200
/** Objects asked about at a time, in about one round trip. Each is a script of its own, so that none is long. */
const AT_ONCE = 25

/**
 * Where objects are shown. To be asked before the expiry: after it nobody knows.
 *
 * @param wait milliseconds after which their routes are rebuilt, whatever happens to this process; without it nothing
 * is noted
 */
export async function findAffected(
  { connection, keys }: WorkerContext,
  objects: Iterable<string>,
  wait?: number,
): Promise<Affected> {
  const shownIn = new Map<string, ShownIn>()
  const routes = new Set<string>()
  let dropped = 0
  const all = [...objects]
  for (let start = 0; start < all.length; start += AT_ONCE)
    await Promise.all(all.slice(start, start + AT_ONCE).map(findOne))
  return { shownIn: [...shownIn.values()], routes: [...routes], dropped }

  async function findOne(object: string): Promise<void> {
    let cursor = '0'
    do {
      const from = cursor
      const reply = await connection.forExpiring((redis) =>
        runRoutes({ redis, keys }, object, { cursor: from, size: BATCH, wait }),
      )
      cursor = reply.cursor
      dropped += reply.dropped
      for (const found of reply.found) {
        if (found.route !== undefined && routes.size < MOST_ROUTES) routes.add(found.route)
        if (shownIn.size < MOST_LISTED) shownIn.set(found.fragment, found)
      }
    } while (cursor !== '0')
  }
}
