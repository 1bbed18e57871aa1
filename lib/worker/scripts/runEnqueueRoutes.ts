import { MAGIC } from '../../core/entryHeader.ts'
import * as lua from '../../redis/lua.gen.ts'
import { MAX_QUEUED_ROUTES } from '../../redis/protocol.gen.ts'
import { defineScript, type ScriptContext } from '../../redis/scripts/defineScript.ts'

const enqueueRoutesScript = defineScript(lua.enqueueRoutes)

/** A fragment, and the page that last rendered it. */
export interface FragmentRoute {
  /** Key of a fragment. */
  readonly fragment: string
  /** Path and search of the page, if known. */
  readonly route: string | undefined
}

export interface EnqueueRoutesReply {
  /** Cursor of the next batch, `'0'` when done. */
  readonly cursor: string
  /** Routes that were not queued, because too many wait. */
  readonly dropped: number
  readonly fragmentRoutes: readonly FragmentRoute[]
}

/**
 * Finds one batch of the fragments that depend on an object, and queues their routes.
 *
 * @param batch.dueAfterMs milliseconds until the routes are due; undefined to queue nothing
 */
export async function runEnqueueRoutes(
  { redis, keys }: ScriptContext,
  object: string,
  batch: { cursor: string; size: number; dueAfterMs: number | undefined },
): Promise<EnqueueRoutesReply> {
  const args = [
    batch.cursor,
    batch.size,
    keys.fragmentPrefix,
    batch.dueAfterMs ?? -1,
    MAX_QUEUED_ROUTES,
    MAGIC,
  ]
  const reply = (await enqueueRoutesScript(redis, [keys.rebuildQueue, keys.object(object)], args)) as [
    Buffer,
    number,
    ...Buffer[],
  ]
  const [cursor, dropped, ...pairs] = reply
  const fragmentRoutes: FragmentRoute[] = []
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    fragmentRoutes.push({
      fragment: keys.parseFragmentKey(String(pairs[at])) ?? String(pairs[at]),
      route: String(pairs[at + 1]) || undefined,
    })
  }
  return { cursor: String(cursor), dropped, fragmentRoutes }
}
