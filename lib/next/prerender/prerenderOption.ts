import type { DependencyScope } from '../../core/dependencyScope.ts'
import { defineScopeState } from '../../core/scopeState.ts'
import { type CompactOptions, resolveCompactOptions } from '../../react/compactOptions.ts'
import type { FragmentProps } from '../../react/fragmentHost.ts'

/** What a fragment does with the first HTML of its client components. */
export interface PrerenderOption {
  /** Whether pages get it. If not, only another program does. */
  readonly isForPages: boolean
}

const optionOfScope = defineScopeState<PrerenderOption | undefined>('prerenderOption')

/** Tells the components in a fragment whether their first HTML is wanted. */
export const prerenderOption = {
  /** @param site the option `compact` of all fragments */
  set(scope: DependencyScope, { compact, exportAs }: FragmentProps, site: CompactOptions | undefined): void {
    const isForPages = compact !== false && resolveCompactOptions(compact, site).components
    optionOfScope.set(scope, isForPages || exportAs !== undefined ? { isForPages } : undefined)
  },

  /** Returns nothing if the HTML is not wanted. */
  get: (scope: DependencyScope): PrerenderOption | undefined => optionOfScope.get(scope),
}
