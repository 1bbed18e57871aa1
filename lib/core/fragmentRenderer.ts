import type { DependencyScope } from './dependencyScope.ts'
import type { StorableOutput } from './fill/pendingFills.ts'
import type { Entry } from './fragmentStore.ts'
import type { ChunkEditor } from './replayableStream.ts'

/** Renders and decodes one fragment of a request. The host creates one for each fragment. */
export interface FragmentRenderer<T> {
  /** Called with the fragment's key before anything is awaited, so the calls have the order of the requests. */
  readonly onKey?: ((key: string) => void) | undefined
  /** Starts the render of a fill. Called once for each fill, inside its dependency scope. */
  readonly render: (scope: DependencyScope) => FragmentRender | Promise<FragmentRender>
  /** Whether renders are compacted. If so, output that completes at once is served in its stored form. */
  readonly isCompacted: boolean
  /**
   * Turns bytes into output. May throw for bytes from the store: that makes them a miss.
   *
   * @param decoded the value that `compact` returned with these bytes, maybe for another request
   */
  readonly decode: (body: ReadableStream<Uint8Array> | Uint8Array, decoded?: unknown) => Promise<T>
}

/** The render of one fill. Each method takes the complete output, and works without the others. */
export interface FragmentRender {
  readonly output: ReadableStream<Uint8Array>
  /** Changes the output on its way to all readers. */
  readonly edit?: ChunkEditor | undefined
  /** Looks at the complete output before its metadata is final, and may refuse to have it stored. Must not throw. */
  readonly examine?: ((payload: Uint8Array) => void) | undefined
  /** Converts the complete output to the form to store. If it rejects, the output is stored as it is. */
  readonly compact?: ((payload: Uint8Array) => Promise<StorableOutput>) | undefined
  /** Called after the store has committed the output. */
  readonly onCommitted?: ((output: StorableOutput) => void) | undefined
  /** Rejects if the complete output cannot be rendered. Called only if `compact` did not already render it. */
  readonly checkRenders?: ((payload: Uint8Array) => Promise<void>) | undefined
  /** Renders the complete output as HTML. Without it, nothing is exported. */
  readonly renderHtml?: ((payload: Uint8Array) => Promise<string>) | undefined
}

/** @returns nothing when another host or another build wrote the entry */
export async function tryDecode<T>(
  renderer: FragmentRenderer<T>,
  { payload }: Entry,
): Promise<{ readonly value: T } | undefined> {
  try {
    return { value: await renderer.decode(payload) }
  } catch {
    return undefined
  }
}
