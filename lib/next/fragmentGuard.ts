import type { DependencyScope } from '../core/dependencyScope.ts'
import { type ErrorCode, formatErrorMessage } from '../core/errors.ts'
import type { FragmentStore, Token } from '../core/fragmentStore.ts'
import { getNextHandlers } from './handlers/nextHandlers.ts'
import { toObjects } from './handlers/toObjects.ts'
import { type NextMetadata, readNextMetadata } from './internals/checkTags.ts'
import { createGuardedUnit, type GuardedUnit, type GuardHandlers } from './internals/guardedUnit.ts'
import type { NextWork } from './internals/nextWork.ts'
import type { RenderUnit } from './internals/renderUnit.ts'
import { watchRequestObjects } from './internals/watchRequestObjects.ts'
import { fromDataTag } from './toDataTag.ts'
import { fromNextTag } from './toNextTag.ts'
import { warnAfterInFragment } from './warnOnce.ts'

export interface GuardContext {
  readonly work: NextWork
  readonly unit: RenderUnit | undefined
  readonly store: FragmentStore
}

const REQUEST_DATA_ADVICE = 'Read it outside the fragment and pass it in `vary`.'

/**
 * Keeps the code of a fragment from the request. `finalize` must be called when the code has ended: it adds the tags and
 * lifetimes that Next has collected to the scope.
 */
export class FragmentGuard implements GuardHandlers {
  readonly guarded: GuardedUnit
  readonly #scope: DependencyScope
  readonly #code: Extract<ErrorCode, `CC_REQUEST_DATA${string}`>
  readonly #followedToken: Token | undefined
  /** Whether the data of `'use cache'` is in the store, and no older than its token. */
  readonly #hasExactData: boolean
  readonly #startedAt = performance.now()

  /** @param code of the error for request data */
  constructor(
    { work, unit, store }: GuardContext,
    scope: DependencyScope,
    code: Extract<ErrorCode, `CC_REQUEST_DATA${string}`>,
  ) {
    watchRequestObjects(unit)
    this.#scope = scope
    this.#code = code
    this.#followedToken = store.getFollowedToken?.()
    const { pages, useCache } = getNextHandlers()
    this.#hasExactData = pages === store && useCache === store
    this.guarded = createGuardedUnit(work, unit, this)
  }

  /** Next throws the error right after. A caller that catches it does not undo the refusal. */
  requestData(api: string, error: Error): void {
    const call = `\`${api}\``
    const values = this.#code === 'CC_REQUEST_DATA' ? [this.#scope.name, call, REQUEST_DATA_ADVICE] : [call]
    const message = formatErrorMessage(this.#code, values)
    const stack = error.stack?.replace(error.message, message)
    Object.assign(error, { message, code: this.#code, ...(stack && { stack }) })
    this.#scope.markUncacheable('request-data', error)
  }

  noStore(): void {
    this.#scope.markUncacheable('dynamic')
  }

  after(): void {
    warnAfterInFragment(this.#scope)
  }

  finalize(): void | Promise<void> {
    const metadata = readNextMetadata(this.guarded.unit)
    if (metadata instanceof Promise) return metadata.then((late) => this.#merge(late))
    this.#merge(metadata)
  }

  /** Next may have handed over data of a `'use cache'` fill that began before this one. */
  #limitByRefusedFills(tags: readonly string[]): void {
    const { refusedFills } = getNextHandlers()
    const token = refusedFills?.getEarliestToken(new Set(toObjects(tags)), this.#startedAt)
    if (token === 'unknown') this.#scope.markUncacheable('nested')
    else if (token !== undefined) this.#scope.limitToken(token)
  }

  #merge({ tags, revalidate, expire }: NextMetadata): void {
    const scope = this.#scope
    if (tags.length > 0) {
      // Data that Next keeps in this process is as old as the last expiry that has reached the process.
      if (this.#followedToken && !this.#hasExactData) scope.limitToken(this.#followedToken)
      this.#limitByRefusedFills(tags)
      // The tag is registered beside its object. Only the tag shows that a fill has read data from before an expiry.
      scope.register(tags.flatMap((tag) => [fromNextTag(tag), fromDataTag(tag) ?? []].flat()))
    }
    if (revalidate === 0) scope.markUncacheable('dynamic')
    else if (revalidate < Infinity || expire < Infinity) {
      // Without `expire`, Next serves stale data for ever. So does the fragment.
      scope.limitRelativeLifetime(Math.min(revalidate, expire) * 1000, expire * 1000)
    }
  }
}
