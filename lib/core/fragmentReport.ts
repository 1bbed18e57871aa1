import type { MissReason } from './events.ts'
import type { CommitResult } from './fragmentStore.ts'
import type { Makeup } from './makeup.ts'
import type { UncacheableReason } from './metadata.ts'

/** How one fragment of a request was served: for panels and people. */
export interface FragmentReport {
  readonly name: string
  readonly key: string
  /** Key of the fragment around it. */
  readonly parent: string | undefined
  /** `join`: rendered by a request that came a moment earlier. */
  readonly outcome: 'hit' | 'stale' | 'miss' | 'join'
  /** Why it was not a hit, or why what was rendered is not stored. */
  readonly reason: MissReason | UncacheableReason | Exclude<CommitResult, 'committed'> | undefined
  readonly ageSeconds: number | null
  readonly dependencies: readonly string[]
  readonly stored: boolean
  readonly bytes: number
  /** What it is made of: how much is HTML, and what keeps the rest from being so. Known where this process rendered it. */
  readonly makeup: Makeup | undefined
  /** Milliseconds of the fill; 0 for a copy. */
  readonly durationMs: number
}
