import { type Capture, currentCapture } from '../../lib/core/capture.ts'
import { createEngine } from '../../lib/core/createEngine.ts'
import type { Limits } from '../../lib/core/engine.ts'
import type { CacheEvent } from '../../lib/core/events.ts'
import { expireInStore } from '../../lib/core/expire.ts'
import { fragmentKey } from '../../lib/core/fragmentKey.ts'
import type { FragmentReport } from '../../lib/core/report.ts'
import { type Served, serve } from '../../lib/core/serve.ts'
import type { ServeRequest } from '../../lib/core/serveRequest.ts'
import type { Entry, FragmentStore } from '../../lib/core/store.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { type FakeClock, fakeClock } from './fakeClock.ts'
import { type Children, decode, encode } from './toyFlight.ts'

export interface SiteOptions extends Partial<Limits> {
  readonly clock?: FakeClock
  readonly store?: FragmentStore
}

export type FragmentOptions = Partial<
  Pick<
    ServeRequest<string>,
    | 'vary'
    | 'version'
    | 'ttl'
    | 'swr'
    | 'embed'
    | 'rebuild'
    | 'scope'
    | 'alone'
    | 'pass'
    | 'judge'
    | 'decode'
    | 'edit'
    | 'keyed'
    | 'compact'
    | 'examine'
    | 'checkRenders'
    | 'exportAs'
    | 'html'
  >
> & { readonly onCapture?: (capture: Capture) => void }

export type ToyRequest = ReturnType<ToySite['request']>
export type ToySite = ReturnType<typeof createSite>

/**
 * A site on the real engine and the memory store, with a toy for a renderer. Its clock stands still, save
 * that an expiry takes a moment, so that before and after it are different times.
 */
export function createSite({ clock = fakeClock(), store, ...limits }: SiteOptions = {}) {
  const ownStore = store ?? memoryStore({ name: false, now: clock.now })
  const engine = createEngine(ownStore, limits)
  const events: CacheEvent[] = []
  engine.events.on((event) => events.push(event))

  const touch = async (how: 'expire' | 'refresh', objects: readonly string[]) => {
    clock.advance(1)
    const touched = await expireInStore(engine, objects, how)
    clock.advance(1)
    return touched
  }

  return {
    clock,
    store: ownStore,
    engine,
    events,
    request: () => createRequest(),
    expire: (...objects: string[]) => touch('expire', objects),
    refresh: (...objects: string[]) => touch('refresh', objects),

    /** The entry that the store has for a fragment, if any. */
    async stored(name: string, vary?: unknown): Promise<Entry | undefined> {
      const [found] = await ownStore.lookup([
        { key: fragmentKey({ name, vary, version: '1' }), age: 0, shared: true },
      ])
      return found?.entry
    },

    /** How each fragment was served so far, in order: `miss section`, `commit section`, … */
    happened(): string[] {
      return events.flatMap((event) => ('fragment' in event ? [`${event.type} ${event.fragment.name}`] : []))
    },

    /** The next event of a type. Ask before what brings it about. */
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
    const began = clock.now()
    const reports: Promise<FragmentReport>[] = []

    async function serveFragment(
      name: string,
      children: Children,
      { onCapture, ...options }: FragmentOptions = {},
    ): Promise<Served<string>> {
      const served = await serve<string>(engine, {
        name,
        version: '1',
        route: '/page',
        began,
        now: clock.now,
        embed: false,
        decode,
        ...options,
        encode: (capture) => {
          onCapture?.(capture)
          return encode(children)
        },
      })
      reports.push(served.report)
      return served
    }

    return {
      /** Serves a fragment and gives its output, which the fragments around may yield. */
      fragment: async (name: string, children: Children, options?: FragmentOptions): Promise<string> =>
        (await serveFragment(name, children, options)).value,
      serve: serveFragment,
      /** How its fragments were served, in the order in which their output came, once all are stored. */
      reports: () => Promise.all(reports),
    }
  }
}

/** What `registerContent` comes to. */
export function register(...objects: string[]): void {
  currentCapture()?.register(objects)
}
