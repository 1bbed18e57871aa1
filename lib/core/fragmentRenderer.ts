import type { DependencyScope } from './dependencyScope.ts'
import type { StoredOutput } from './fill/pendingFills.ts'
import type { Entry } from './fragmentStore.ts'
import type { ChunkEditor } from './replayableStream.ts'

/** What a host does for one fragment of a request. It is made for each. */
export interface FragmentRenderer<T> {
  /** Called with the fragment's key before anything is awaited: in the order in which fragments are asked for. */
  readonly onKey?: ((key: string) => void) | undefined
  /** Starts the one render of a fill; called inside the fragment's capture. */
  readonly render: (scope: DependencyScope) => FragmentRender | Promise<FragmentRender>
  /** Whether its renders are made compact: output that is complete at once is then shown as it is stored. */
  readonly isCompacted: boolean
  /**
   * Turns bytes into output. May throw for bytes from the store: that makes them a miss.
   *
   * @param decoded what `compact` has returned with these very bytes, maybe for another request
   */
  readonly decode: (body: ReadableStream<Uint8Array> | Uint8Array, decoded?: unknown) => Promise<T>
}

/** The render of one fill, and all that is made of its output. Each method takes the complete output, and needs no other. */
export interface FragmentRender {
  readonly output: ReadableStream<Uint8Array>
  /** Changes the output as it comes, for all who read it. */
  readonly edit?: ChunkEditor | undefined
  /** Looks at the complete output before its metadata is final, and may refuse to have it stored. Must not throw. */
  readonly examine?: ((payload: Uint8Array) => void) | undefined
  /** Makes of the complete output what is to be stored in its place; where that fails, the output is. */
  readonly compact?: ((payload: Uint8Array) => Promise<StoredOutput>) | undefined
  /** Called once the store has it. */
  readonly onCommitted?: ((output: StoredOutput) => void) | undefined
  /** Rejects where the complete output cannot be shown. Called where it was not made compact, which fails as well. */
  readonly checkRenders?: ((payload: Uint8Array) => Promise<void>) | undefined
  /** Writes the complete output as HTML. None where the host cannot: then nothing is exported. */
  readonly renderHtml?: ((payload: Uint8Array) => Promise<string>) | undefined
}

/** @returns nothing where the entry is no output of this host, or of another build */
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
