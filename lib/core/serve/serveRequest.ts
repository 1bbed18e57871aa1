import type { ChildMetadata, DependencyScope } from '../dependencyScope.ts'
import type { Engine } from '../engine.ts'
import type { FragmentRef } from '../events.ts'
import type { FillRequest } from '../fill/fillRequest.ts'
import type { FragmentReport } from '../fragmentReport.ts'
import type { FragmentRequestInput } from './normalizeRequest.ts'
import type { PrerenderPassCache } from './prerenderPasses.ts'
import type { RebuildContext } from './requeueIfNotStored.ts'

/** A fragment that is to be served, and what the host can do for it. */
export interface ServeRequest<T>
  extends FragmentRequestInput,
    Pick<
      FillRequest,
      | 'route'
      | 'requestStartedAt'
      | 'now'
      | 'checkHostFreshness'
      | 'encode'
      | 'edit'
      | 'examine'
      | 'compact'
      | 'checkRenders'
      | 'onCommitted'
      | 'renderHtml'
    > {
  /** The output goes into a cache around us (a prerendered page, `'use cache'`): no stale copies there. */
  readonly storedByHost: boolean
  /** A worker asks: it waits for what is stale rather than be shown it, and until all is stored. */
  readonly rebuild?: RebuildContext | undefined
  readonly requestScope?: object | undefined
  /** No other request may join its fill: it may wait for data that only this render lacks. */
  readonly exclusive?: boolean | undefined
  readonly passCache?: PrerenderPassCache | undefined
  /** Called with the fragment's key before anything is awaited: in the order in which fragments are asked for. */
  readonly onKey?: ((key: string) => void) | undefined
  /**
   * Turns bytes into output. May throw for bytes from the store: that makes them a miss.
   *
   * @param decoded what `compact` has returned with these very bytes, maybe for another request
   */
  readonly decode: (body: ReadableStream<Uint8Array> | Uint8Array, decoded?: unknown) => Promise<T>
}

/** One fragment while it is served. */
export interface ServeContext<T> {
  readonly engine: Engine
  readonly request: ServeRequest<T>
  readonly fragment: FragmentRef
  /** The fill around it. */
  readonly parent: DependencyScope | undefined
  readonly fillRequest: FillRequest
}

export interface ServeResult<T> {
  readonly value: T
  /** The store's time when the fragment was looked up, for which lifetimes count; none when it is down. */
  readonly now: number | undefined
  /** What a cache around us must know of the output. */
  readonly metadata: Promise<ChildMetadata>
  readonly report: Promise<FragmentReport>
}
