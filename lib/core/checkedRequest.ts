import { checkedExports, type ExportAs } from './exports/exportAs.ts'
import { type FragmentIdentity, fragmentKey } from './fragmentKey.ts'
import { checkedSeconds } from './lifetime.ts'

/** What is asked of a fragment, as it was passed. */
export interface Asked extends FragmentIdentity {
  readonly ttl?: number | undefined
  readonly swr?: number | undefined
  readonly exportAs?: unknown
}

export interface Checked {
  readonly key: string
  /** Seconds; 0 is none. */
  readonly ttl: number
  readonly swr: number
  readonly exports: readonly ExportAs[]
}

/**
 * @throws {ContentCacheTypeError} CC_INVALID_NAME, CC_INVALID_VERSION, CC_INVALID_VARY, CC_INVALID_TTL,
 * CC_INVALID_EXPORT
 */
export function checkedRequest(asked: Asked): Checked {
  const { name } = asked
  return {
    key: fragmentKey(asked),
    ttl: checkedSeconds(name, 'ttl', asked.ttl),
    swr: checkedSeconds(name, 'swr', asked.swr),
    exports: checkedExports(name, asked.exportAs),
  }
}
