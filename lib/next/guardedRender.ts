import { type Capture, runInCapture } from '../core/capture.ts'
import { contentCacheError, type ErrorCode, errorMessage } from '../core/errors.ts'
import type { FragmentStore, Token } from '../core/store.ts'
import { objectOfDataTag } from './dataTags.ts'
import { collectedByNext } from './internals/nextTags.ts'
import { watchRequestObjects } from './internals/requestObjects.ts'
import type { PublicUseCacheStore, WorkStore } from './internals/storages.ts'
import type { RenderUnit } from './internals/workUnit.ts'
import { type Guarded, guard } from './internals/workUnit.ts'
import { objectOfTag } from './pageTags.ts'
import { renderErrorHandler } from './renderErrorHandler.ts'
import { sayAfterInFragment } from './sayAfterInFragment.ts'
import { unvariedRootParams } from './unvariedRootParams.ts'

interface Surroundings {
  readonly workStore: WorkStore
  readonly unit: RenderUnit | undefined
  readonly store: FragmentStore
}

interface GuardedRender {
  /** The fragment's own. */
  readonly vary: unknown
  start(onError: (error: unknown) => string | undefined): ReadableStream<Uint8Array>
  /** Something inside waits for data that this prerender will never have. */
  onHole(): void
}

/**
 * Starts the render of a fragment's children out of reach of the request, and takes what Next has collected
 * of tags and lives when it is complete.
 */
export function guardedRender(
  surroundings: Surroundings,
  capture: Capture,
  { vary, start, onHole }: GuardedRender,
): ReadableStream<Uint8Array> {
  const guarded = guardFor(surroundings, capture, 'CC_REQUEST_DATA')
  capture.beforeFinal(() => {
    const [name] = unvariedRootParams(guarded.unit, vary)
    if (name !== undefined)
      capture.refuse('dynamic', contentCacheError('CC_ROOT_PARAM', [capture.name, name]))
  })
  const output = guarded.run(() => start(renderErrorHandler(surroundings.workStore, capture)))
  if (!guarded.mayLackData) return output
  guarded.dynamicAccess.addEventListener('abort', onHole, { once: true })
  return endedBy(guarded.dynamicAccess, output)
}

/** Runs a loader that several fragments share, with the same limits as a fragment. */
export function guardedLoad<T>(
  surroundings: Surroundings,
  capture: Capture,
  load: () => Promise<T>,
): Promise<T> {
  // The guard leaves every context behind, ours too.
  return guardFor(surroundings, capture, 'CC_REQUEST_DATA_IN_MEMO').run(() => runInCapture(capture, load))
}

function guardFor(
  { workStore, unit, store }: Surroundings,
  capture: Capture,
  code: Extract<ErrorCode, `CC_REQUEST_DATA${string}`>,
): Guarded {
  watchRequestObjects(unit)
  const followed = store.followed?.()
  const guarded = guard(workStore, unit, {
    requestData(api, error) {
      // The very error that is thrown next: even a caller that catches it has not undone the refusal.
      const values = code === 'CC_REQUEST_DATA' ? [capture.name, `\`${api}\``] : [`\`${api}\``]
      const message = errorMessage(code, values)
      const stack = error.stack?.replace(error.message, message)
      Object.assign(error, { message, code, ...(stack && { stack }) })
      capture.refuse('request-data', error)
    },
    noStore: () => capture.refuse('dynamic'),
    after: () => sayAfterInFragment(capture),
  })
  capture.beforeFinal(() => takeCollected(guarded.unit, capture, followed))
  return guarded
}

async function takeCollected(
  unit: PublicUseCacheStore,
  capture: Capture,
  followed: Token | undefined,
): Promise<void> {
  const { tags, revalidate, expire } = await collectedByNext(unit)
  // Data that Next keeps in this process is as old as the expiries that have reached the process.
  if (followed && tags.length > 0) capture.readFrom(followed)
  // The tag stays beside its object: only by the tag is it known that a fill has read data from before an expiry.
  capture.register(tags.flatMap((tag) => [objectOfTag(tag), objectOfDataTag(tag) ?? []].flat()))
  if (revalidate === 0) capture.refuse('dynamic')
  else if (revalidate < Infinity || expire < Infinity) {
    // A life without `expire` may be served stale for ever, as Next does.
    capture.limitFor(Math.min(revalidate, expire) * 1000, expire * 1000)
  }
}

/** A prerender lacks some data for good; a render that waits for it has to end, uncached. */
function endedBy(signal: AbortSignal, output: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = output.getReader()
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          controller.error(signal.reason)
          reader.cancel(signal.reason).catch(() => {})
        }
        if (signal.aborted) end()
        else signal.addEventListener('abort', end, { once: true })
      },
      async pull(controller) {
        const { done, value } = await reader.read()
        if (signal.aborted) return
        if (done) controller.close()
        else controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
}
