import { type DependencyScope, runInScope } from '../core/dependencyScope.ts'
import { createContentCacheError, type ErrorCode, formatErrorMessage } from '../core/errors.ts'
import type { FragmentStore, Token } from '../core/fragmentStore.ts'
import { snapshotContext } from '../core/runDetached.ts'
import { findUnvariedRootParams } from './findUnvariedRootParams.ts'
import { type NextMetadata, readNextMetadata } from './internals/checkTags.ts'
import { createGuardedUnit, type GuardedUnit } from './internals/guardedUnit.ts'
import type { NextWork } from './internals/nextWork.ts'
import { getReadRootParams, type RenderUnit } from './internals/renderUnit.ts'
import { watchRequestObjects } from './internals/watchRequestObjects.ts'
import { createRenderErrorHandler } from './renderErrorHandler.ts'
import { fromDataTag } from './toDataTag.ts'
import { fromNextTag } from './toNextTag.ts'
import { warnAfterInFragment } from './warnOnce.ts'

interface GuardContext {
  readonly work: NextWork
  readonly unit: RenderUnit | undefined
  readonly store: FragmentStore
}

interface FillContextOptions {
  /** The `vary` of the fragment. */
  readonly vary: unknown
  /** Called when something inside waits for data that this prerender will never have. */
  onPrerenderGap(reason: unknown): void
}

/** The async context of a fill, which cannot reach the request. */
export interface FillContext {
  readonly run: <T>(task: () => T) => T
  /** Receives the errors of the render. */
  readonly onError: (error: unknown) => void
}

/**
 * Creates the context in which a fragment's children render. When the render is complete, the scope gets the tags and
 * lifetimes that Next has collected.
 */
export function createFillContext(
  context: GuardContext,
  scope: DependencyScope,
  { vary, onPrerenderGap }: FillContextOptions,
): FillContext {
  const guarded = createGuard(context, scope, 'CC_REQUEST_DATA')
  scope.onFinalize(() => {
    const [name] = findUnvariedRootParams(getReadRootParams(guarded.unit), vary)
    if (name !== undefined)
      scope.markUncacheable('dynamic', createContentCacheError('CC_ROOT_PARAM', [scope.name, name]))
  })
  const { dynamicAccess } = guarded
  dynamicAccess?.addEventListener('abort', () => onPrerenderGap(dynamicAccess.reason), { once: true })
  return {
    run: guarded.run(() => runInScope(scope, snapshotContext)),
    onError: createRenderErrorHandler(context.work, scope),
  }
}

/** Runs a loader that several fragments share, with the same limits as a fragment. */
export function loadGuarded<T>(
  context: GuardContext,
  scope: DependencyScope,
  load: () => Promise<T>,
): Promise<T> {
  // The guard starts an empty async context, so the scope is entered inside it.
  return createGuard(context, scope, 'CC_REQUEST_DATA_IN_MEMO').run(() => runInScope(scope, load))
}

const REQUEST_DATA_ADVICE = 'Read it outside the fragment and pass it in `vary`.'

function createGuard(
  { work, unit, store }: GuardContext,
  scope: DependencyScope,
  code: Extract<ErrorCode, `CC_REQUEST_DATA${string}`>,
): GuardedUnit {
  watchRequestObjects(unit)
  const followedToken = store.getFollowedToken?.()
  const guarded = createGuardedUnit(work, unit, {
    requestData(api, error) {
      // Next throws this error right after. A caller that catches it does not undo the refusal.
      const call = `\`${api}\``
      const values = code === 'CC_REQUEST_DATA' ? [scope.name, call, REQUEST_DATA_ADVICE] : [call]
      const message = formatErrorMessage(code, values)
      const stack = error.stack?.replace(error.message, message)
      Object.assign(error, { message, code, ...(stack && { stack }) })
      scope.markUncacheable('request-data', error)
    },
    noStore: () => scope.markUncacheable('dynamic'),
    after: () => warnAfterInFragment(scope),
  })
  scope.onFinalize(() => mergeNextMetadata(guarded.unit, scope, followedToken))
  return guarded
}

function mergeNextMetadata(
  unit: RenderUnit,
  scope: DependencyScope,
  followedToken: Token | undefined,
): void | Promise<void> {
  const metadata = readNextMetadata(unit)
  if (metadata instanceof Promise) return metadata.then(merge)
  merge(metadata)

  function merge({ tags, revalidate, expire }: NextMetadata): void {
    // Data that Next keeps in this process is as old as the last expiry that has reached the process.
    if (followedToken && tags.length > 0) scope.limitToken(followedToken)
    // The tag is registered beside its object. Only the tag shows that a fill has read data from before an expiry.
    scope.register(tags.flatMap((tag) => [fromNextTag(tag), fromDataTag(tag) ?? []].flat()))
    if (revalidate === 0) scope.markUncacheable('dynamic')
    else if (revalidate < Infinity || expire < Infinity) {
      // Without `expire`, Next serves stale data for ever. So does the fragment.
      scope.limitRelativeLifetime(Math.min(revalidate, expire) * 1000, expire * 1000)
    }
  }
}
