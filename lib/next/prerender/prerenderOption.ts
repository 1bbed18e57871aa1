import type { DependencyScope } from '../../core/dependencyScope.ts'
import { defineScopeState } from '../../core/scopeState.ts'
import { type CompactOptions, resolveCompactOptions } from '../../react/compactOptions.ts'
import type { FragmentProps } from '../../react/fragmentHost.ts'

const optionOfScope = defineScopeState<boolean>('prerendersComponents')

/** Whether the components in a fragment should look for their first HTML. */
export const prerenderOption = {
  /** @param site the option `compact` of all fragments */
  set(scope: DependencyScope, { compact, exportAs }: FragmentProps, site: CompactOptions | undefined): void {
    const isWanted = compact !== false && resolveCompactOptions(compact, site).components
    // Another program gets HTML in any case.
    optionOfScope.set(scope, isWanted || exportAs !== undefined)
  },

  get: (scope: DependencyScope): boolean => optionOfScope.get(scope) === true,
}
