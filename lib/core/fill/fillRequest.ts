import type { DependencyScope } from '../dependencyScope.ts'
import type { FragmentRef } from '../events.ts'
import type { ExportAs } from '../exports/exportAs.ts'
import type { Entry, SharedLookup } from '../fragmentStore.ts'
import type { HostFreshnessCheck } from '../freshness.ts'
import type { ChunkEditor } from '../replayableStream.ts'
import type { StoredOutput } from './pendingFills.ts'

export interface FillRequest {
  readonly fragment: FragmentRef
  readonly ttl: number
  readonly swr: number
  readonly route: string | undefined
  /** The moment on the host's clock from which on the reader may have read its data. */
  readonly requestStartedAt: number
  /** The host's clock: milliseconds, never going back, the same for all requests of the process. */
  readonly now: () => number
  readonly checkHostFreshness?: HostFreshnessCheck | undefined
  /** Whether what another process has made can be shown here. */
  readonly canShow: (entry: Entry) => Promise<boolean>
  /** Starts the render of the children; called inside the fragment's capture. */
  readonly encode: (
    scope: DependencyScope,
  ) => ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>
  /** Changes the output as it comes, for all who read it. */
  readonly edit?: ((scope: DependencyScope) => ChunkEditor) | undefined
  /** Looks at the complete output before its metadata is final, and may refuse to have it stored. Must not throw. */
  readonly examine?: ((payload: Uint8Array, scope: DependencyScope) => void) | undefined
  /** Makes of the complete output what is to be stored in its place; where that fails, the output is. */
  readonly compact?: ((payload: Uint8Array) => Promise<StoredOutput>) | undefined
  /** Called once the store has it. */
  readonly onCommitted?: ((output: StoredOutput) => void) | undefined
  /** Rejects where the complete output cannot be shown. Called where it was not made compact, which fails as well. */
  readonly checkRenders?: ((payload: Uint8Array) => Promise<void>) | undefined
  /** Where other programs look for its HTML. */
  readonly exports?: readonly ExportAs[]
  /** Writes the complete output as HTML. None where the host cannot: then nothing is exported. */
  readonly renderHtml?: ((payload: Uint8Array) => Promise<string>) | undefined
}

export interface FillContext {
  readonly parent: DependencyScope | undefined
  /** The lookup that found nothing usable; none when the store is down. */
  readonly lookup: SharedLookup | undefined
  /** Whether others may join it. Not when it exists only because joining would have been a deadlock. */
  readonly isJoinable: boolean
}
