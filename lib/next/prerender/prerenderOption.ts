import type { DependencyScope } from '../../core/dependencyScope.ts'
import { defineScopeState } from '../../core/scopeState.ts'
import { type CompactOptions, resolveCompactOptions } from '../../react/compactOptions.ts'

const optionOfScope = defineScopeState<boolean>('prerendersComponents')

/** Whether the components in a fragment should look for their first HTML. */
export const prerenderOption = {
  /**
   * @param own the option `compact` of the fragment
   * @param site that of all fragments
   */
  set(
    scope: DependencyScope,
    own: boolean | CompactOptions | undefined,
    site: CompactOptions | undefined,
  ): void {
    optionOfScope.set(scope, own !== false && resolveCompactOptions(own, site).components)
  },

  get: (scope: DependencyScope): boolean => optionOfScope.get(scope) === true,
}
