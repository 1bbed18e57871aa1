import { createEngine } from '../../core/createEngine.ts'
import { type Engine, tryStoreOperation } from '../../core/engine.ts'
import type { NextEntryName } from '../../core/entryKind.ts'
import type { FragmentRef } from '../../core/events.ts'
import { createFragmentKey } from '../../core/fragmentKey.ts'
import type { FragmentStore, Token } from '../../core/fragmentStore.ts'
import { maxToken } from '../../core/token.ts'
import { warnOnce } from '../warnOnce.ts'
import { getNextHandlers } from './nextHandlers.ts'
import { createPageLeases, type PageLeases } from './pageLeases.ts'
import { createRefusedFills, type RefusedFills } from './refusedFills.ts'
import { createTagInvalidator, type InvalidateTags } from './tagInvalidator.ts'

/** The parts that both cache handlers share. */
export interface HandlerRuntime {
  readonly engine: Engine
  /** The store of the site's fragments. A build has another one for the caches of Next. */
  readonly fragmentStore: FragmentStore
  readonly namespace: string
  readonly invalidateTags: InvalidateTags
  readonly refusedFills: RefusedFills
  readonly pageLeases: PageLeases
  /**
   * The moment at which the process has started, if the store told it. Called when Next loads the handlers, because a store
   * remembers that moment for some minutes only. A later call may return a later token, because a store dates the first
   * request of a process badly: its answer waits for the connection.
   */
  readonly getStartToken: () => Promise<Token | undefined>
}

export interface HandlerRuntimeOptions {
  readonly store: FragmentStore
  readonly fragmentStore: FragmentStore
  readonly namespace: string
  /** When the process has started, on the clock of `performance.now()`. Default: the first call of `getStartToken`. */
  readonly startedAt?: number
}

/** @throws {ContentCacheTypeError} CC_INVALID_OPTIONS */
export function createHandlerRuntime({
  store,
  fragmentStore,
  namespace,
  startedAt,
}: HandlerRuntimeOptions): HandlerRuntime {
  const engine = createEngine(store)
  let start: { readonly at: number; readonly token: Promise<Token | undefined> } | undefined
  const invalidateTags = createTagInvalidator(engine)
  const refusedFills = createRefusedFills()
  Object.assign(getNextHandlers(), { invalidateTags, refusedFills })
  return {
    engine,
    fragmentStore,
    namespace,
    invalidateTags,
    refusedFills,
    pageLeases: createPageLeases(engine),
    async getStartToken() {
      const { at, token } = (start ??= createStart(engine, startedAt))
      return maxToken(await token, await readToken(engine, at))
    },
  }
}

function createStart(engine: Engine, at = performance.now()) {
  return { at, token: readToken(engine, at) }
}

/** Reads the token of a moment on the clock of `performance.now()`. A store remembers some minutes. */
async function readToken(engine: Engine, at: number): Promise<Token | undefined> {
  const { key } = createEntryRef('next/build', 'start', '')
  const lookup = await tryStoreOperation(engine, 'lookup', () =>
    engine.lookup({ key, ageMs: () => performance.now() - at, shared: true }),
  )
  return lookup?.token
}

/** Returns nothing for invalid settings. The error is printed once, because Next would not show it. */
export function tryGetRuntime(getRuntime: () => HandlerRuntime): HandlerRuntime | undefined {
  try {
    return getRuntime()
  } catch (error) {
    warnOnce('cache handlers', () => console.error(error))
    return undefined
  }
}

/** The name in the key of an entry. A route handler has the key of a page. */
export type EntryName = Exclude<NextEntryName, 'next/route'>

/**
 * The entry of a key of Next. No entry of another build has the same key, and no fragment, because the versions of
 * fragments begin with another word.
 */
export function createEntryRef(name: EntryName, nextKey: string, build: string): FragmentRef {
  return {
    name,
    key: createFragmentKey({ name, vary: [nextKey], version: `next ${build}` }),
    parent: undefined,
  }
}
