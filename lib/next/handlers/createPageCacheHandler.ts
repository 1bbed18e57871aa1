import { runDetached } from '../../core/runDetached.ts'
import { withTimeout } from '../../core/withTimeout.ts'
import { createBuildOutput } from '../internals/buildOutput.ts'
import { isBuildPhase } from '../internals/isBuildPhase.ts'
import type { NextPageValue } from '../internals/nextPageValue.ts'
import { isRebuildRequest } from '../isRebuildRequest.ts'
import { type HandlerRuntime, tryGetRuntime } from './handlerRuntime.ts'
import { getNextHandlers } from './nextHandlers.ts'
import type {
  GetContext,
  HandlerValue,
  PageCacheHandler,
  PageHandlerContext,
  PageHandlerScope,
  SetContext,
} from './pageCacheHandler.ts'
import { readData, writeData } from './readData.ts'
import { readPage, writePage } from './readPage.ts'
import { createRequestReads } from './requestReads.ts'
import { seedPages } from './seedPages.ts'
import type { NextDataValue } from './storedData.ts'
import type { TagDurations } from './tagInvalidator.ts'

/**
 * Creates the class for `cacheHandler`. Next makes an instance for each request, and one for each worker of a build. It
 * never throws, except for an expiry that the store does not accept.
 *
 * @param getRuntime called at the first use
 * @param getBuild the id of the build, for keys
 */
export function createPageCacheHandler(
  getRuntime: () => HandlerRuntime,
  getBuild: (serverDistDir: string | undefined) => string,
): new (
  context: PageHandlerContext,
) => PageCacheHandler {
  let hasSeeded = false
  let seeding: Promise<void> | undefined

  function waitForSeeding(scope: PageHandlerScope): Promise<void> {
    const { engine } = scope.runtime
    seeding ??= runDetached(() =>
      seedPages(scope)
        .catch((error) => engine.events.emit({ type: 'pages-error', error }))
        .finally(() => {
          hasSeeded = true
        }),
    )
    const { leaseWait } = engine.limits
    // A reader that has waited for long renders its page.
    return withTimeout(seeding, leaseWait, () => new Error('seeding takes long')).catch(() => {})
  }

  return class implements PageCacheHandler {
    readonly #context: PageHandlerContext
    readonly #reads = createRequestReads()
    #scope: PageHandlerScope | undefined

    constructor(context: PageHandlerContext) {
      this.#context = context
      const runtime = tryGetRuntime(getRuntime)
      if (runtime) getNextHandlers().pages = runtime.fragmentStore
    }

    /** Nothing when the settings are invalid. Then Next renders as without a cache. */
    get #current(): PageHandlerScope | undefined {
      const runtime = this.#scope ? undefined : tryGetRuntime(getRuntime)
      if (runtime) this.#scope = this.#createScope(runtime)
      return this.#scope
    }

    #createScope(runtime: HandlerRuntime): PageHandlerScope {
      const scope: PageHandlerScope = {
        runtime,
        build: getBuild(this.#context.serverDistDir),
        buildOutput: createBuildOutput(this.#context),
        reads: this.#reads,
        isRebuild: () => isRebuildRequest(this.#context._requestHeaders),
        hasSeeded: () => hasSeeded,
        seed: () => waitForSeeding(scope),
      }
      return scope
    }

    async get(key: string, context: GetContext): Promise<HandlerValue | null> {
      const scope = this.#current
      if (scope === undefined || context.kind === 'IMAGE') return null
      // A build renders each page once, and writes it to the disk itself.
      if (context.kind !== 'FETCH' && isBuildPhase()) return null
      return ignoreErrors(scope, null, () =>
        context.kind === 'FETCH' ? readData(scope, key, context) : readPage(scope, key, context),
      )
    }

    async set(key: string, data: NextPageValue | NextDataValue | null, context: SetContext): Promise<void> {
      const scope = this.#current
      if (scope === undefined) return
      await ignoreErrors(scope, undefined, async () => {
        if (context.fetchCache) {
          if (data?.kind === 'FETCH') await writeData(scope, key, data, context)
        } else if (!isBuildPhase() && data?.kind !== 'FETCH') {
          await writePage(scope, key, data, context)
        }
      })
    }

    async revalidateTag(tags: string | readonly string[], durations?: TagDurations): Promise<void> {
      await getRuntime().invalidateTags(typeof tags === 'string' ? [tags] : tags, durations)
    }

    resetRequestCache(): void {}
  }
}

/** Reports an error instead of throwing it: without a cache the page is rendered, with an error of `get` it is not. */
async function ignoreErrors<T>(
  { runtime }: PageHandlerScope,
  fallback: T,
  task: () => Promise<T>,
): Promise<T> {
  try {
    return await task()
  } catch (error) {
    runtime.engine.events.emit({ type: 'pages-error', error })
    return fallback
  }
}
