import type { ChildMetadata } from '../dependencyScope.ts'
import type { FillRequest } from '../fill/startFill.ts'
import type { FragmentReport } from '../fragmentReport.ts'
import type { FragmentRequestInput } from './normalizeRequest.ts'

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
  /**
   * What earlier passes over the same page have shown. Next prerenders a page twice, and the second pass
   * must see what the first saw, without waiting for anything.
   */
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

/** A page that is rendered for a worker; one for all its fragments. */
export interface RebuildContext {
  /** As the worker asked for it. */
  readonly route: string | undefined
  /** Set when it is known that the page has to be rendered again: resolves once the store knows it. */
  requeued?: Promise<unknown>
}

export type PrerenderPassCache = Map<string, PassEntry>

interface PassEntry {
  readonly payload: Uint8Array
  readonly now: number | undefined
  readonly metadata: ChildMetadata
  readonly report: FragmentReport
}
