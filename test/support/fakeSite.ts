import { createEngine } from '../../lib/core/createEngine.ts'
import { type DependencyScope, getCurrentScope } from '../../lib/core/dependencyScope.ts'
import type { Limits } from '../../lib/core/engine.ts'
import type { CacheEvent } from '../../lib/core/events.ts'
import { createFragmentKey } from '../../lib/core/fragmentKey.ts'
import type { FragmentRender, FragmentRenderer } from '../../lib/core/fragmentRenderer.ts'
import type { FragmentReport } from '../../lib/core/fragmentReport.ts'
import { createFragmentRequest, type FragmentRequestInput } from '../../lib/core/fragmentRequest.ts'
import type { Entry, FragmentStore } from '../../lib/core/fragmentStore.ts'
import { invalidateInStore } from '../../lib/core/invalidateInStore.ts'
import type { ChunkEditor } from '../../lib/core/replayableStream.ts'
import type { RequestContext } from '../../lib/core/requestContext.ts'
import type { ServeResult } from '../../lib/core/serve/serveContext.ts'
import { serveFragment } from '../../lib/core/serve/serveFragment.ts'
import { encodePickle } from '../../lib/formats/encodePickle.ts'
import { encodeRailsEntry } from '../../lib/formats/encodeRailsEntry.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { type FakeClock, fakeClock } from './fakeClock.ts'
import { type Children, decode, encode } from './fakeFlight.ts'

export interface SiteOptions extends Partial<Limits> {
  readonly clock?: FakeClock
  readonly store?: FragmentStore
}

export type FragmentOptions = Partial<
  Omit<FragmentRequestInput, 'name'> &
    Omit<RequestContext, 'dataReadSince' | 'now'> &
    Pick<FragmentRenderer<string>, 'decode' | 'onKey'> &
    Pick<FragmentRender, 'compact' | 'checkRenders' | 'renderHtml' | 'onCommitted'>
> & {
  readonly edit?: (scope: DependencyScope) => ChunkEditor
  readonly examine?: (payload: Uint8Array, scope: DependencyScope) => void
  readonly onScope?: (scope: DependencyScope) => void
}

export type FakeRequest = ReturnType<FakeSite['request']>
export type FakeSite = ReturnType<typeof createSite>

/**
 * Creates a site on the real engine and the memory store, with a renderer for text. Its clock advances only by an expiry,
 * so that the times before and after it differ.
 */
export function createSite({ clock = fakeClock(), store, ...limits }: SiteOptions = {}) {
  const fragmentStore = store ?? memoryStore({ name: false, now: clock.now })
  const engine = createEngine(fragmentStore, limits, undefined, {
    django: encodePickle,
    rails: encodeRailsEntry,
  })
  const events: CacheEvent[] = []
  engine.events.on((event) => events.push(event))

  const invalidate = async (mode: 'expire' | 'refresh', objects: readonly string[]) => {
    clock.advance(1)
    const affected = await invalidateInStore(engine, objects, mode)
    clock.advance(1)
    return affected
  }

  return {
    clock,
    store: fragmentStore,
    engine,
    events,
    request: () => createRequest(),
    expire: (...objects: string[]) => invalidate('expire', objects),
    refresh: (...objects: string[]) => invalidate('refresh', objects),

    /** Returns the stored entry of a fragment, if there is one. */
    async stored(name: string, vary?: unknown): Promise<Entry | undefined> {
      const [lookup] = await fragmentStore.lookup([
        { key: createFragmentKey({ name, vary, version: '1' }), ageMs: 0, shared: true },
      ])
      return lookup?.entry
    },

    /** Returns the events of fragments so far, in order: `miss section`, `commit section`, … */
    happened(): string[] {
      return events.flatMap((event) => ('fragment' in event ? [`${event.type} ${event.fragment.name}`] : []))
    },

    /** Resolves with the next event of a type. Call it before the cause of the event. */
    next<Type extends CacheEvent['type']>(type: Type): Promise<Extract<CacheEvent, { type: Type }>> {
      return new Promise((resolve) => {
        const end = engine.events.on((event) => {
          if (event.type !== type) return
          end()
          resolve(event as Extract<CacheEvent, { type: Type }>)
        })
      })
    },
  }

  function createRequest() {
    const dataReadSince = clock.now()
    const reports: Promise<FragmentReport>[] = []

    async function serveForRequest(
      name: string,
      children: Children,
      { onScope, ...options }: FragmentOptions = {},
    ): Promise<ServeResult<string>> {
      const { compact, examine, edit, checkRenders, renderHtml, onCommitted } = options
      const request = createFragmentRequest({ name, version: '1', ...options })
      const context = { dataReadSince, now: clock.now, storedByHost: false, ...options }
      const served = await serveFragment<string>(engine, { ...request, route: '/page' }, context, {
        onKey: options.onKey,
        decode: options.decode ?? decode,
        isCompacted: compact !== undefined,
        async render(scope) {
          onScope?.(scope)
          return {
            output: await encode(children),
            edit: edit?.(scope),
            examine: (payload) => examine?.(payload, scope),
            compact,
            checkRenders,
            renderHtml,
            onCommitted,
          }
        },
      })
      reports.push(served.report)
      return served
    }

    return {
      /** Serves a fragment. Resolves with its output, which a parent can yield. */
      fragment: async (name: string, children: Children, options?: FragmentOptions): Promise<string> =>
        (await serveForRequest(name, children, options)).value,
      serve: serveForRequest,
      /** Resolves with the reports of all fragments, in the order of their output, after their commits. */
      reports: () => Promise.all(reports),
    }
  }
}

/** Registers objects like `registerContent`. */
export function register(...objects: string[]): void {
  getCurrentScope()?.register(objects)
}
