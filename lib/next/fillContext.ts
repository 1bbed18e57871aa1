import { type DependencyScope, runInScope } from '../core/dependencyScope.ts'
import { createContentCacheError } from '../core/errors.ts'
import { snapshotContext } from '../core/runDetached.ts'
import { defineScopeState } from '../core/scopeState.ts'
import { findUnvariedRootParams } from './findUnvariedRootParams.ts'
import { FragmentGuard, type GuardContext } from './fragmentGuard.ts'
import { getReadRootParams } from './internals/renderUnit.ts'

interface FillContextOptions {
  /** The `vary` of the fragment. */
  readonly vary: unknown
  /** Called when something inside waits for data that this prerender will never have. */
  onPrerenderGap(reason: unknown): void
}

/** Runs a task in the async context of a fill, which cannot reach the request. */
export type RunInFill = <T>(task: () => T) => T

const runInFillOfScope = defineScopeState<RunInFill>('runInFill')

/** The context of the fill that renders a scope. */
export function getFillContext(scope: DependencyScope): RunInFill | undefined {
  return runInFillOfScope.get(scope)
}

/**
 * Creates the context in which a fragment's children render. When the render is complete, the scope gets the tags and
 * lifetimes that Next has collected.
 */
export function createFillContext(
  context: GuardContext,
  scope: DependencyScope,
  { vary, onPrerenderGap }: FillContextOptions,
): RunInFill {
  const guard = new FragmentGuard(context, scope, 'CC_REQUEST_DATA')
  const { guarded } = guard
  const checkRootParams = () => {
    const params = getReadRootParams(guarded.unit)
    const [name] = params.length === 0 ? [] : findUnvariedRootParams(params, vary)
    if (name !== undefined)
      scope.markUncacheable('dynamic', createContentCacheError('CC_ROOT_PARAM', [scope.name, name]))
  }
  scope.onFinalize(() => {
    const finalizing = guard.finalize()
    return finalizing ? finalizing.then(checkRootParams) : checkRootParams()
  })
  const { dynamicAccess } = guarded
  dynamicAccess?.addEventListener('abort', () => onPrerenderGap(dynamicAccess.reason), { once: true })
  const runInFill = guarded.run(() => runInScope(scope, snapshotContext))
  runInFillOfScope.set(scope, runInFill)
  return runInFill
}
