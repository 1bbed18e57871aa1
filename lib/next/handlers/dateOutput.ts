import type { FragmentRef } from '../../core/events.ts'
import type { Token } from '../../core/fragmentStore.ts'
import type { PageHandlerScope } from './pageCacheHandler.ts'
import { readEntry } from './readEntry.ts'
import type { RequestRead } from './requestReads.ts'

/** When the data of some output was read. */
export interface OutputDate {
  readonly token: Token
  /** On the clock of `performance.now()`. */
  readonly startedAt: number
  /** The store's time, in milliseconds. */
  readonly now: number
}

/**
 * Tells the moment from which on all data of some output was read: the read of the same key by this request or, without
 * one, the beginning of the request.
 */
export async function dateOutput(
  { runtime, reads }: PageHandlerScope,
  ref: FragmentRef,
  key: string,
): Promise<{ read: OutputDate | undefined } & Pick<RequestRead, 'knownObjects'>> {
  const { token, startedAt, now, ...rest } = reads.take(key) ?? {}
  if (token !== undefined && startedAt !== undefined && now !== undefined)
    return { read: { token, startedAt, now }, ...rest }
  const { requestStartedAt } = reads
  const ageMs = () => performance.now() - requestStartedAt
  const lookup = await readEntry(runtime, ref, { shared: true, ageMs })
  if (lookup?.token === undefined) return { read: undefined, ...rest }
  return {
    read: { token: lookup.token, startedAt: requestStartedAt, now: lookup.now - ageMs() },
    ...rest,
  }
}
