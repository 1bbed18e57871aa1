import type { ChildMetadata, DependencyScope } from '../dependencyScope.ts'
import type { CommitResult, Entry, FragmentStore, Token } from '../fragmentStore.ts'
import { getGlobalSingleton } from '../getGlobalSingleton.ts'
import type { UncacheableReason } from '../metadata.ts'
import type { ReplayableStream } from '../replayableStream.ts'
import { isAtLeast } from '../token.ts'

/** One fill under way, which other requests for the same fragment may join. */
export interface PendingFill {
  readonly key: string
  /** When it began. Absent when the store was unavailable. No request joins such a fill. */
  readonly token: Token | undefined
  /** The same moment on the host's clock. */
  readonly requestStartedAt: number
  /** As in a capture: its data is no older than this. */
  readonly dataReadSince: number | undefined
  /** Where its output can be read from: a render that has begun, or what another process committed. */
  readonly body: Promise<ReplayableStream | Entry>
  /** The complete output as it is to be stored, before it is; nothing where it is not. Never rejects. */
  readonly stored: Promise<StoredOutput | undefined>
  /** Final as soon as nothing inside is pending, which is before the commit. Never rejects. */
  readonly metadata: Promise<ChildMetadata>
  /** After the commit, if there was one. Never rejects. */
  readonly result: Promise<FillResult>
  /** Nested flights that this one cannot end before. */
  readonly waitsFor: Set<PendingFill>
}

/** The complete output of a fill in the form in which it is stored. */
export interface StoredOutput {
  readonly payload: Uint8Array
  /** What the host need not decode again, opaque to the engine. It lives as long as the flight. */
  readonly decoded?: unknown
}

export interface FillResult {
  readonly payload: Uint8Array | undefined
  readonly uncacheableReason: UncacheableReason | undefined
  readonly commit: CommitResult | undefined
  readonly dependencies: readonly string[]
  readonly durationMs: number
}

export interface JoinCandidate {
  /** As of a flight. */
  readonly requestStartedAt: number
  /** As of its lookup. */
  readonly requiredToken: Token
}

export interface PendingFills {
  /**
   * A flight whose data is new enough for a reader, unless waiting for it could never end: one that began no
   * earlier than the reader, or one before which came every expiry that the reader must see.
   */
  findJoinable(
    key: string,
    candidate: JoinCandidate,
    parentScope: DependencyScope | undefined,
  ): PendingFill | undefined
  /** Whether the flight under way waits, itself or through others, for a fill around `inside`. */
  wouldDeadlock(key: string, parentScope: DependencyScope | undefined): boolean
  add(pendingFill: PendingFill): void
  remove(pendingFill: PendingFill): void
  /** Records that the fill around waits for `inner`. */
  addWaitEdge(parentScope: DependencyScope | undefined, inner: PendingFill): void
}

/** The flight that renders a capture: how nested fills find the one around them. */
const fillByScope = getGlobalSingleton('fillByScope', () => new WeakMap<DependencyScope, PendingFill>())
const pendingFillsByStore = getGlobalSingleton(
  'pendingFills',
  () => new WeakMap<FragmentStore, Map<string, PendingFill>>(),
)

export function attachFill(scope: DependencyScope, pendingFill: PendingFill): void {
  fillByScope.set(scope, pendingFill)
}

/** Single flight holds per process and store: every engine on the same store shares them. */
export function createPendingFills(store: FragmentStore): PendingFills {
  const pending = pendingFillsByStore.get(store) ?? new Map<string, PendingFill>()
  pendingFillsByStore.set(store, pending)

  const wouldDeadlock = (key: string, parentScope: DependencyScope | undefined) => {
    const pendingFill = pending.get(key)
    return pendingFill !== undefined && waitsForAny(pendingFill, getAncestorFills(parentScope))
  }

  return {
    wouldDeadlock,
    findJoinable(key, { requestStartedAt, requiredToken }, parentScope) {
      const pendingFill = pending.get(key)
      if (pendingFill?.token === undefined || wouldDeadlock(key, parentScope)) return undefined
      return pendingFill.requestStartedAt >= requestStartedAt || isAtLeast(pendingFill.token, requiredToken)
        ? pendingFill
        : undefined
    },
    add(pendingFill) {
      pending.set(pendingFill.key, pendingFill)
    },
    remove(pendingFill) {
      pendingFill.waitsFor.clear()
      if (pending.get(pendingFill.key) === pendingFill) pending.delete(pendingFill.key)
    },
    addWaitEdge(parentScope, inner) {
      const [parentFill] = getAncestorFills(parentScope)
      parentFill?.waitsFor.add(inner)
    },
  }
}

function getAncestorFills(parentScope: DependencyScope | undefined): Set<PendingFill> {
  const fills = new Set<PendingFill>()
  for (let scope = parentScope; scope; scope = scope.parent) {
    const pendingFill = fillByScope.get(scope)
    if (pendingFill) fills.add(pendingFill)
  }
  return fills
}

/** Whether `flight` waits, through any number of others, for one of `targets`. */
function waitsForAny(
  pendingFill: PendingFill,
  targets: ReadonlySet<PendingFill>,
  seen = new Set<PendingFill>(),
): boolean {
  if (targets.has(pendingFill)) return true
  if (seen.has(pendingFill)) return false
  seen.add(pendingFill)
  for (const inner of pendingFill.waitsFor) if (waitsForAny(inner, targets, seen)) return true
  return false
}
