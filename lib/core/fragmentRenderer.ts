import { type Awaitable, isPromise } from './awaitable.ts'
import type { DependencyScope } from './dependencyScope.ts'
import type { Entry } from './fragmentStore.ts'

/** Renders and decodes one fragment of a request. The host creates one for each fragment. */
export interface FragmentRenderer<T> {
  /** Called with the fragment's key before anything is awaited, so the calls have the order of the requests. */
  readonly onKey?: ((key: string) => void) | undefined
  /** Starts the render of a fill. Called once for each fill, inside its dependency scope. */
  readonly render: (scope: DependencyScope) => Awaitable<FragmentRender<T>>
  /** Whether output that completes at once is served in its stored form. */
  readonly prefersStored: boolean
  /**
   * Turns stored bytes into output. May throw: that makes them a miss.
   *
   * @param decoded the value that came with these bytes from `encode` or `compact`, maybe for another request
   */
  readonly decode: (payload: Uint8Array, decoded?: unknown) => Awaitable<T>
  /** Runs a task in the async context of the request. A fill goes on in contexts of other requests. */
  readonly runInRequest?: (<R>(task: () => R) => R) | undefined
}

/** The render of one fill. */
export interface FragmentRender<T> {
  /** Returns the output for one more reader, maybe of another request. It may still be pending in parts. */
  readonly read: () => Awaitable<T>
  /** Resolves when nothing in the output is pending. Rejects when the render failed as a whole. */
  readonly complete: PromiseLike<void>
  /** Converts the complete output to the compact form. If it rejects, `encode` is called. */
  readonly compact?: (() => PromiseLike<StorableOutput>) | undefined
  /** Converts the complete output to bytes. Rejects if the output cannot be rendered. */
  readonly encode: () => Promise<StorableOutput>
  /** Called after the store has committed the output. */
  readonly onCommitted?: ((output: StorableOutput) => void) | undefined
  /** Renders the complete output as HTML. Without it, nothing is exported. */
  readonly renderHtml?: (() => Promise<string>) | undefined
}

/** The complete output of a fill in the form in which it is stored, whether the store accepts it or not. */
export interface StorableOutput {
  readonly payload: Uint8Array
  /** The decoded output, opaque to the engine. */
  readonly decoded?: unknown
}

/** @returns nothing when another host or another build wrote the entry */
export function tryDecode<T>(
  renderer: FragmentRenderer<T>,
  { payload }: Entry,
): Awaitable<{ readonly value: T } | undefined> {
  try {
    const value = renderer.decode(payload)
    return isPromise(value)
      ? value.then(
          (value) => ({ value }),
          () => undefined,
        )
      : { value }
  } catch {
    return undefined
  }
}
