import { createEngine } from '../../lib/core/createEngine.ts'
import { type DependencyScope, getCurrentScope } from '../../lib/core/dependencyScope.ts'
import type { Limits } from '../../lib/core/engine.ts'
import type { CacheEvent } from '../../lib/core/events.ts'
import { createFragmentKey } from '../../lib/core/fragmentKey.ts'
import type { FragmentRender, FragmentRenderer, StorableOutput } from '../../lib/core/fragmentRenderer.ts'
import type { FragmentReport } from '../../lib/core/fragmentReport.ts'
import { createFragmentRequest, type FragmentRequestInput } from '../../lib/core/fragmentRequest.ts'
import type { Entry, FragmentStore } from '../../lib/core/fragmentStore.ts'
import { invalidateInStore } from '../../lib/core/invalidateInStore.ts'
import type { RequestContext } from '../../lib/core/requestContext.ts'
import { serveFragment } from '../../lib/core/serve/serveFragment.ts'
import { encodePickle } from '../../lib/formats/encodePickle.ts'
import { encodeRailsEntry } from '../../lib/formats/encodeRailsEntry.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { type FakeClock, fakeClock } from './fakeClock.ts'
import { type Children, decode, encode } from './fakeFlight.ts'
import { createReplayableStream } from './replayableStream.ts'

export interface SiteOptions extends Partial<Limits> {
  /** Whether only this process fills fragments, so that there are no leases. Each project of vitest has its own default. */
  readonly isLocal?: boolean
  readonly clock?: FakeClock
  readonly store?: FragmentStore
}

export type FragmentOptions = Partial<
  Omit<FragmentRequestInput, 'name'> &
    Omit<RequestContext, 'dataReadSince' | 'now'> &
    Pick<FragmentRenderer<unknown>, 'onKey'> &
    Pick<FragmentRender<unknown>, 'onCommitted'>
> & {
  /** Reads the output of a fill as it is rendered, or stored bytes. */
  readonly decode?: (body: ReadableStream<Uint8Array> | Uint8Array) => Promise<string>
  // These take the complete output.
  readonly compact?: ((payload: Uint8Array) => Promise<StorableOutput>) | undefined
  readonly checkRenders?: ((payload: Uint8Array) => Promise<void>) | undefined
  readonly renderHtml?: ((payload: Uint8Array) => Promise<string>) | undefined
  readonly examine?: (payload: Uint8Array, scope: DependencyScope) => void
  readonly onScope?: (scope: DependencyScope) => void
}

export type FakeRequest = ReturnType<FakeSite['request']>
export type FakeSite = ReturnType<typeof createSite>

/**
 * Creates a site on the real engine and the memory store, with a renderer for text. Its clock advances only by an expiry,
 * so that the times before and after it differ.
 */
export function createSite({
  clock = fakeClock(),
  store,
  isLocal = process.env.TEST_STORE === 'local',
  ...limits
}: SiteOptions = {}) {
  const fragmentStore = store ?? { ...memoryStore({ name: false, now: clock.now }), isLocal }
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
    ) {
      const { compact, examine, checkRenders, renderHtml, onCommitted } = options
      const read = options.decode ?? decode
      const request = createFragmentRequest({ name, version: '1', ...options })
      const context = { dataReadSince, now: clock.now, storedByHost: false, ...options }
      const served = await serveFragment<string | ReadableStream<Uint8Array>>(
        engine,
        { ...request, route: '/page' },
        context,
        {
          onKey: options.onKey,
          decode: (payload) => read(payload),
          prefersStored: compact !== undefined,
          async render(scope) {
            onScope?.(scope)
            const output = createReplayableStream(encode(children))
            return {
              read: output.stream,
              complete: output.bytes.then(() => {}),
              compact: compact && (async () => compact(await output.bytes)),
              async encode() {
                const payload = await output.bytes
                await checkRenders?.(payload)
                examine?.(payload, scope)
                return { payload }
              },
              renderHtml: renderHtml && (async () => renderHtml(await output.bytes)),
              onCommitted,
            }
          },
        },
      )
      const value = typeof served.value === 'string' ? served.value : await read(served.value)
      const report = served.report.promise
      reports.push(report)
      return { ...served, value, report, metadata: served.metadata.promise }
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
