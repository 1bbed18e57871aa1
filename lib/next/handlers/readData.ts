import type { Entry } from '../../core/fragmentStore.ts'
import { getCurrentRoute } from '../getFragmentRoute.ts'
import { forgetCompletedResults } from '../internals/forgetCompletedResults.ts'
import { getNextTime } from '../internals/getNextTime.ts'
import { getCurrentWork, isStoringOutput } from '../internals/renderContext.ts'
import { dateOutput } from './dateOutput.ts'
import { createEntryRef } from './handlerRuntime.ts'
import type { GetContext, HandlerValue, PageHandlerScope, SetContext } from './pageCacheHandler.ts'
import { readEntry } from './readEntry.ts'
import { getMissReason, reportRead } from './reportRead.ts'
import { decodeData, encodeData, type NextDataValue, type StoredData } from './storedData.ts'
import { storeEntry } from './storeEntry.ts'
import { findUnknownObjects, toObjects, toTags } from './toObjects.ts'

/** Reads the answer of a `fetch`, or the result of `unstable_cache`. */
export async function readData(
  scope: PageHandlerScope,
  key: string,
  { tags = [], softTags = [], revalidate }: Extract<GetContext, { kind: 'FETCH' }>,
): Promise<HandlerValue | null> {
  const { runtime, build, reads } = scope
  const ref = createEntryRef('next/data', key, build)
  forgetCompletedResults(getCurrentWork())
  // A worker waits for fresh data.
  const shared = isStoringOutput() || scope.isRebuild()
  const startedAt = performance.now()
  const read = await readEntry(runtime, ref, { shared, softTags })
  const { entry, now, token } = read ?? {}
  const stored = entry && decode(scope, entry)
  // The call has tags that the call before did not have, so their expiries are unknown.
  const unknownObjects = entry ? findUnknownObjects(tags, entry.dependencies) : []
  const reason = unknownObjects.length > 0 ? 'tag' : getMissReason(read, stored, shared)
  // A local copy has no token. It is replaced when this call cannot use it, and then its objects count.
  if (token !== undefined || reason !== undefined)
    reads.note(key, {
      token,
      startedAt,
      now,
      isFresh: reason === undefined && read?.isStale === false,
      ...(entry && { knownObjects: entry.dependencies }),
    })
  if (read === undefined || entry === undefined || stored === undefined || reason !== undefined) {
    runtime.engine.events.emit({ type: 'miss', fragment: ref, reason: reason ?? 'absent' })
    return null
  }
  reportRead(runtime, ref, read, entry)
  const ageMs = Math.max(0, read.now - entry.createdAt)
  // Next takes data for stale by its age alone.
  const staleAgeMs = ((revalidate || stored.value.revalidate) + 1) * 1000
  return {
    lastModified: getNextTime() - (read.isMarkedStale ? Math.max(ageMs, staleAgeMs) : ageMs),
    value: stored.value,
  }
}

/** Stores the answer of a `fetch`, or the result of `unstable_cache`. */
export async function writeData(
  scope: PageHandlerScope,
  key: string,
  value: NextDataValue,
  { tags = value.tags ?? [] }: Extract<SetContext, { fetchCache: true }>,
): Promise<void> {
  const { runtime, build } = scope
  const ref = createEntryRef('next/data', key, build)
  const route = getCurrentRoute()
  const { read, knownObjects = [] } = await dateOutput(scope, ref, key)
  const dependencies = [...new Set([...toObjects(tags), ...knownObjects])]
  await runtime.refusedFills.settle(dependencies)
  const token = read && runtime.refusedFills.limitToken(read.token, dependencies, read.startedAt)
  if (read === undefined || token === undefined) return
  const payload = await encodeData(value, token.clock)
  await storeEntry(
    runtime,
    ref,
    {
      createdAt: read.now,
      staleAt: read.now + value.revalidate * 1000,
      discardAt: Infinity,
      dependencies,
      route,
      payload,
      startedAt: read.startedAt,
    },
    token,
  )
}

function decode({ runtime }: PageHandlerScope, { payload, dependencies }: Entry): StoredData | undefined {
  const { derived } = runtime.engine.store
  const known = derived?.get(payload) as StoredData | undefined
  if (known !== undefined) return known
  const stored = decodeData(payload, toTags(dependencies, runtime.namespace))
  if (stored !== undefined) derived?.set(payload, stored, stored.bytes)
  return stored
}
