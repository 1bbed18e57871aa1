import { createInterface } from 'node:readline'
import type { Redis } from 'ioredis'
import { createEngine } from '../core/createEngine.ts'
import { getObjectKeys } from '../core/getObjectKeys.ts'
import { invalidateInStore } from '../core/invalidateInStore.ts'
import { CliError } from './cliError.ts'
import { withStore } from './connect.ts'
import type { Progress } from './progress.ts'
import type { Target } from './target.ts'
import type { Terminal } from './terminal.ts'

export interface ExpireSummary {
  readonly objects: number
  /** Number of caches that were removed. */
  readonly expired: number
}

/** Objects between two steps of the progress bar. The store sends them to Redis in smaller parts. */
const OBJECTS_PER_STEP = 1_000

/**
 * Collects the keys to expire without duplicates. `-` reads keys from standard input, one per line.
 *
 * @param tagObjects objects of tags and paths of Next
 * @throws {ContentCacheTypeError} CC_INVALID_OBJ
 * @throws {CliError} usage
 */
export async function readKeysToExpire(
  args: readonly string[],
  tagObjects: readonly string[],
  stdin: Terminal['stdin'],
): Promise<string[]> {
  const read = args.includes('-') ? await readLines(stdin) : []
  const keys = getObjectKeys('expire', [args.filter((key) => key !== '-'), tagObjects, read])
  // An empty pipe is valid: a script may have nothing to expire.
  if (keys.length === 0 && !args.includes('-'))
    throw new CliError('usage', 'Nothing to expire given: pass the key of an object, --tag or --path.')
  return [...new Set(keys)]
}

async function readLines(stdin: Terminal['stdin']): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: stdin, terminal: false })) {
    if (line.trim() !== '') lines.push(line.trim())
  }
  return lines
}

/**
 * Removes every cache that shows one of the objects, like `expireObj`.
 *
 * @throws {ContentCacheError} CC_EXPIRE_FAILED
 */
export async function expire(
  redis: Redis,
  target: Target,
  { objects, progress }: { objects: readonly string[]; progress: Progress },
): Promise<ExpireSummary> {
  return withStore(redis, target, async (store) => {
    const engine = createEngine(store)
    let expired = 0
    progress.begin('expiring', objects.length)
    try {
      for (let start = 0; start < objects.length; start += OBJECTS_PER_STEP) {
        const batch = objects.slice(start, start + OBJECTS_PER_STEP)
        expired += await invalidateInStore(engine, batch, 'expire')
        progress.advance(batch.length)
      }
    } finally {
      progress.end()
    }
    return { objects: objects.length, expired }
  })
}
