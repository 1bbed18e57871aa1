import type { BuildOutput, BuildOutputContext } from '../internals/buildOutput.ts'
import type { NextCacheControl, NextPageValue } from '../internals/nextPageValue.ts'
import type { HandlerRuntime } from './handlerRuntime.ts'
import type { RequestReads } from './requestReads.ts'
import type { NextDataValue } from './storedData.ts'
import type { TagDurations } from './tagInvalidator.ts'

/** What Next passes to the constructor of a cache handler, as far as it is used. */
export interface PageHandlerContext extends BuildOutputContext {
  readonly _requestHeaders?: Readonly<Record<string, string | string[] | undefined>>
}

/** What Next passes to `get`. */
export type GetContext =
  | {
      readonly kind: 'FETCH'
      readonly revalidate?: number | false
      readonly tags?: string[]
      readonly softTags?: string[]
    }
  | {
      readonly kind: 'APP_PAGE' | 'APP_ROUTE' | 'PAGES'
      readonly isFallback?: boolean
      readonly isRoutePPREnabled?: boolean
    }
  | { readonly kind: 'IMAGE' }

/** What Next passes to `set`. */
export type SetContext =
  | { readonly fetchCache: true; readonly tags?: string[] }
  | {
      readonly fetchCache?: false
      readonly cacheControl?: NextCacheControl
      readonly isFallback?: boolean
      readonly isRoutePPREnabled?: boolean
    }

/** What Next expects from `get`. */
export interface HandlerValue {
  /** On Next's clock, in milliseconds. */
  readonly lastModified: number
  readonly value: NextPageValue | NextDataValue | null
  readonly cacheControl?: NextCacheControl
}

/** The interface of Next for pages, route handlers, `fetch` and `unstable_cache`. */
export interface PageCacheHandler {
  get(key: string, context: GetContext): Promise<HandlerValue | null>
  set(key: string, data: NextPageValue | NextDataValue | null, context: SetContext): Promise<void>
  revalidateTag(tags: string | readonly string[], durations?: TagDurations): Promise<void>
  resetRequestCache(): void
}

/** What one instance of a handler has. */
export interface PageHandlerScope {
  readonly runtime: HandlerRuntime
  readonly build: string
  readonly buildOutput: BuildOutput
  /** What this request has read, for the entries that it writes. */
  readonly reads: RequestReads
  /** Whether a worker requests the page, and waits for a fresh one. */
  readonly isRebuild: () => boolean
  /** Whether this process has tried to take the pages of the build into the store. */
  readonly hasSeeded: () => boolean
  /** Takes the pages of the build into the store, once per process. Resolves within the time that a reader may wait. */
  readonly seed: () => Promise<void>
}
