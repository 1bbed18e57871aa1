import { tryStoreOperation } from '../../core/engine.ts'
import type { PageReadContext } from '../internals/buildOutput.ts'
import type { PageHandlerScope } from './pageCacheHandler.ts'
import type { EntryRead } from './readEntry.ts'
import { readFromDisk } from './readFromDisk.ts'
import { readSeedClock } from './seedPages.ts'
import { getPageTags, type StoredPage } from './storedPage.ts'
import { toPathObjects } from './toObjects.ts'

/**
 * Reads the shell of a route from the output of the build, when the store has none. A shell is what the build has rendered
 * for all paths of a route. Next can render some shells in a build only, and fails for all paths of the route without one.
 * So a shell must survive the loss of its entry, and of the store.
 *
 * @param read the reply of the store, if there was one
 * @returns nothing for a shell that shows content, or whose path was revalidated since the first start of the build
 */
export async function readShell(
  scope: PageHandlerScope,
  key: string,
  context: PageReadContext,
  read: EntryRead | undefined,
): Promise<StoredPage | undefined> {
  const shell = await readFromDisk(scope.buildOutput, key, context)
  if (shell === undefined) return undefined
  const tags = getPageTags(shell.value)
  const objects = toPathObjects(tags)
  if (objects.length < tags.length) return undefined
  // Without the store, an outdated shell is better than an error.
  if (read === undefined) return shell
  const { engine } = scope.runtime
  const [seedClock, lastExpiry] = await Promise.all([
    readSeedClock(scope),
    tryStoreOperation(engine, 'lookup', () => engine.store.getLastExpiry?.(objects, { shared: true }) ?? 0),
  ])
  const isRevalidated = seedClock !== undefined && lastExpiry !== undefined && lastExpiry > seedClock
  return isRevalidated ? undefined : shell
}
