import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { createEngine } from '../core/createEngine.ts'
import { createDependencyScope, runInScope } from '../core/dependencyScope.ts'
import type { CacheEvent } from '../core/events.ts'
import type { FragmentReport } from '../core/fragmentReport.ts'
import { type ContentObject, getObjectKeys, type KeyOf } from '../core/getObjectKeys.ts'
import { invalidateInStore } from '../core/invalidateInStore.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import { runWithHost } from '../react/fragmentHost.ts'
import { resolveTree } from './resolveTree.ts'
import { reviveReadOnceValues } from './storeReadOnceValues.ts'
import { createTestHost, type Trees } from './testHost.ts'

/** The result of {@link renderFragment} and of a tester's `render`. */
export interface RenderedFragment {
  /** Static markup, as `renderToStaticMarkup` writes it. */
  readonly html: string
  /** Sorted keys of all registered objects, including those of nested fragments. */
  readonly dependencies: readonly string[]
  /** Events of the cache during this render. */
  readonly events: readonly CacheEvent[]
  /** Reports of the fragments, outer before inner. Fragments inside a hit do not render, so they have no report. */
  readonly fragments: readonly FragmentReport[]
}

/**
 * A cache that belongs to one test.
 *
 * @typeParam T objects that the `keyOf` option maps to a key
 */
export interface FragmentTester<T = never> {
  /** @throws the error of a component, also an error of `notFound()` */
  render(node: ReactNode): Promise<RenderedFragment>
  /** @returns how many fragments were removed */
  expireObj(obj: ContentObject<T>): Promise<number>
  /** @returns how many fragments were marked stale */
  refreshObj(obj: ContentObject<T>): Promise<number>
}

/**
 * Creates a cache for one test, so that a second `render` finds the fragments that the first has stored. Components
 * use `CacheContent` and `registerContent` from `react-cache-content/next` as in the site.
 *
 * @param options.keyOf used by `expireObj` and `refreshObj` of the tester only
 * @example
 * const tester = createFragmentTester()
 * await tester.render(<Section id="national" />)
 * await tester.expireObj('news/story:1')
 * const { fragments } = await tester.render(<Section id="national" />)
 * expect(fragments[0]?.outcome).toBe('miss')
 */
export function createFragmentTester(options?: { readonly keyOf?: undefined }): FragmentTester
export function createFragmentTester<T>(options: { readonly keyOf?: KeyOf<T> }): FragmentTester<T>
export function createFragmentTester<T>({
  keyOf,
}: {
  readonly keyOf?: KeyOf<T> | undefined
} = {}): FragmentTester<T> {
  const engine = createEngine(memoryStore({ name: false }))
  const trees: Trees = []
  return {
    async render(node) {
      const host = createTestHost(engine, trees)
      const events: CacheEvent[] = []
      const stop = engine.events.on((event) => events.push(event))
      const scope = createDependencyScope(undefined, { name: 'test', label: 'the test' })
      try {
        const tree = await runWithHost(host, () => runInScope(scope, () => resolveTree(node)))
        const { dependencies } = await scope.finalize()
        const fragments = await Promise.all(host.reports)
        const html = renderToStaticMarkup(reviveReadOnceValues(tree))
        return { html, dependencies: [...dependencies].sort(), events, fragments }
      } finally {
        stop()
      }
    },
    expireObj: (obj) => invalidateInStore(engine, getObjectKeys('expireObj', obj, keyOf), 'expire'),
    refreshObj: (obj) => invalidateInStore(engine, getObjectKeys('refreshObj', obj, keyOf), 'refresh'),
  }
}

/**
 * Renders a tree once and returns its HTML and dependencies. It need not be inside a `<CacheContent>`.
 *
 * @throws the error of a component, also an error of `notFound()`
 * @example
 * const { html, dependencies } = await renderFragment(<StoryTeaser id="1" />)
 * expect(dependencies).toEqual(['news/story:1'])
 */
export function renderFragment(node: ReactNode): Promise<RenderedFragment> {
  return createFragmentTester().render(node)
}
