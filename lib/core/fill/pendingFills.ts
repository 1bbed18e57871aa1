import type { DependencyScope, ScopeResult } from '../dependencyScope.ts'
import type { FragmentRender, StorableOutput } from '../fragmentRenderer.ts'
import type { CommitResult, Entry, FragmentStore, Token } from '../fragmentStore.ts'
import { defineGlobalSingleton } from '../getGlobalSingleton.ts'
import type { UncacheableReason } from '../metadata.ts'
import { defineScopeState } from '../scopeState.ts'
import type { Settable } from '../settable.ts'
import type { StoreWaits } from '../storeWaits.ts'
import { isAtLeast } from '../token.ts'

/** One fill under way, which other requests for the same fragment may join. */
export interface PendingFill {
  readonly key: string
  /** When it began. Absent when the store was unavailable. No request joins such a fill. */
  readonly token: Token | undefined
  /** The moment on the host's clock from which on its data may have been read, as in `RequestContext`. */
  readonly dataReadSince: number
  /** The store's time from which on its data may have been read. */
  readonly storeDataReadSince: number | undefined
  /** The source of its output: a render that has begun, or an entry that another process committed. */
  readonly body: Settable<FragmentRender<unknown> | Entry>
  /**
   * The complete output in the form in which it is stored. Resolves before the commit, which the store may refuse. Nothing
   * when there will be no commit. Never rejects.
   */
  readonly storableOutput: Settable<StorableOutput | undefined>
  /** Resolves when nothing inside the fragment is pending, before the commit. Never rejects. */
  readonly metadata: Settable<ScopeResult>
  /** Resolves after the commit, if there is one. Never rejects. */
  readonly result: Settable<FillResult>
  /** Of the tree in which it is rendered. */
  readonly storeWaits: StoreWaits
  /** Nested fills that must end before this one. */
  waitsFor: Set<PendingFill> | undefined
}

export interface FillResult {
  readonly payload: Uint8Array | undefined
  readonly uncacheableReason: UncacheableReason | undefined
  readonly commit: CommitResult | undefined
  readonly dependencies: readonly string[]
  readonly durationMs: number
}

export interface JoinCandidate {
  /** As in {@link PendingFill}. */
  readonly dataReadSince: number
  /** From the candidate's lookup. */
  readonly requiredToken: Token
}

export interface PendingFills {
  /**
   * Finds a pending fill whose data is new enough for the candidate: it began no earlier than the candidate, or after
   * every expiry that the candidate must see. A fill that waits for the candidate is not joinable.
   */
  findJoinable(
    key: string,
    candidate: JoinCandidate,
    parentScope: DependencyScope | undefined,
  ): PendingFill | undefined
  isPending(key: string): boolean
  /** Whether the pending fill of `key` waits, directly or through others, for a fill around `parentScope`. */
  wouldDeadlock(key: string, parentScope: DependencyScope | undefined): boolean
  add(pendingFill: PendingFill): void
  remove(pendingFill: PendingFill): void
  /** Records that the innermost fill around `parentScope` waits for `inner`. */
  addWaitEdge(parentScope: DependencyScope | undefined, inner: PendingFill): void
}

/** The fill that renders a scope. Nested fills find the fills around them by it. */
const fillOfScope = defineScopeState<PendingFill>('fill')
const getPendingFillsByStore = defineGlobalSingleton(
  'pendingFills',
  () => new WeakMap<FragmentStore, Map<string, PendingFill>>(),
)

export function attachFill(scope: DependencyScope, pendingFill: PendingFill): void {
  fillOfScope.set(scope, pendingFill)
}

/** All engines of the process on one store share their pending fills. */
export function createPendingFills(store: FragmentStore): PendingFills {
  const pendingFillsByStore = getPendingFillsByStore()
  const pending = pendingFillsByStore.get(store) ?? new Map<string, PendingFill>()
  pendingFillsByStore.set(store, pending)

  const wouldDeadlock = (key: string, parentScope: DependencyScope | undefined) => {
    const pendingFill = pending.get(key)
    return pendingFill !== undefined && waitsForAncestor(pendingFill, parentScope)
  }

  return {
    isPending: (key) => pending.has(key),
    wouldDeadlock,
    findJoinable(key, { dataReadSince, requiredToken }, parentScope) {
      const pendingFill = pending.get(key)
      if (pendingFill?.token === undefined || wouldDeadlock(key, parentScope)) return undefined
      return pendingFill.dataReadSince >= dataReadSince || isAtLeast(pendingFill.token, requiredToken)
        ? pendingFill
        : undefined
    },
    add(pendingFill) {
      pending.set(pendingFill.key, pendingFill)
    },
    remove(pendingFill) {
      pendingFill.waitsFor = undefined
      if (pending.get(pendingFill.key) === pendingFill) pending.delete(pendingFill.key)
    },
    addWaitEdge(parentScope, inner) {
      const parentFill = findAncestorFill(parentScope, () => true)
      if (parentFill === undefined) return
      parentFill.waitsFor ??= new Set()
      parentFill.waitsFor.add(inner)
      // A fill that has ended must not stay in memory until the fill around it ends.
      inner.result.whenSettled(() => parentFill.waitsFor?.delete(inner))
    },
  }
}

/** Finds the innermost fill around a scope that fulfils a condition. */
function findAncestorFill(
  parentScope: DependencyScope | undefined,
  isWanted: (fill: PendingFill) => boolean,
): PendingFill | undefined {
  for (let scope = parentScope; scope; scope = scope.parent) {
    const pendingFill = fillOfScope.get(scope)
    if (pendingFill && isWanted(pendingFill)) return pendingFill
  }
  return undefined
}

/** Whether `pendingFill` is one of the fills around a scope, or waits for one, directly or through others. */
function waitsForAncestor(pendingFill: PendingFill, parentScope: DependencyScope | undefined): boolean {
  const seen = new Set<PendingFill>()
  return waits(pendingFill)

  function waits(fill: PendingFill): boolean {
    if (findAncestorFill(parentScope, (ancestor) => ancestor === fill)) return true
    if (seen.has(fill)) return false
    seen.add(fill)
    for (const inner of fill.waitsFor ?? []) if (waits(inner)) return true
    return false
  }
}
