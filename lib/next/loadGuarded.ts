import { type DependencyScope, runInScope } from '../core/dependencyScope.ts'
import { FragmentGuard, type GuardContext } from './fragmentGuard.ts'

/** Runs a loader that several fragments share, with the same limits as a fragment. */
export function loadGuarded<T>(
  context: GuardContext,
  scope: DependencyScope,
  load: () => Promise<T>,
): Promise<T> {
  const guard = new FragmentGuard(context, scope, 'CC_REQUEST_DATA_IN_MEMO')
  scope.onFinalize(() => guard.finalize())
  // The guard starts an empty async context, so the scope is entered inside it.
  return guard.guarded.run(() => runInScope(scope, load))
}
