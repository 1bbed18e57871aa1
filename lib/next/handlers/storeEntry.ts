import { tryStoreOperation } from '../../core/engine.ts'
import type { FragmentRef } from '../../core/events.ts'
import { type CommitResult, ENTRY_FORMAT, type Token } from '../../core/fragmentStore.ts'
import type { HandlerRuntime } from './handlerRuntime.ts'

/** Output that Next wants to keep. Times are the store's, in milliseconds. */
export interface StorableEntry {
  readonly createdAt: number
  readonly staleAt: number
  readonly discardAt: number
  readonly dependencies: readonly string[]
  readonly route: string | undefined
  readonly payload: Uint8Array
  /** When its render began, on the clock of `performance.now()`. */
  readonly startedAt: number
}

/**
 * Stores an entry, unless one of its dependencies was expired after `token`.
 *
 * @returns nothing when the store fails
 */
export async function storeEntry(
  { engine }: HandlerRuntime,
  fragment: FragmentRef,
  entry: StorableEntry,
  token: Token,
): Promise<CommitResult | undefined> {
  const { startedAt, payload, dependencies, ...fields } = entry
  const result = await tryStoreOperation(engine, 'commit', () =>
    engine.store.commit(
      fragment.key,
      { ...fields, format: ENTRY_FORMAT, name: fragment.name, dependencies, payload },
      token,
    ),
  )
  if (result !== undefined)
    engine.events.emit({
      type: 'commit',
      fragment,
      result,
      bytes: payload.byteLength,
      html: 0,
      dynamicParts: [],
      durationMs: performance.now() - startedAt,
      dependencies,
    })
  return result
}
