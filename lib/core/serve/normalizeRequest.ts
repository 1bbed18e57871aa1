import { type ExportAs, parseExportTargets } from '../exports/exportAs.ts'
import { createFragmentKey, type FragmentIdentity } from '../fragmentKey.ts'
import { parseSeconds } from '../lifetime.ts'

/** What is asked of a fragment, as it was passed. */
export interface FragmentRequestInput extends FragmentIdentity {
  readonly ttl?: number | undefined
  readonly swr?: number | undefined
  readonly exportAs?: unknown
}

export interface NormalizedRequest {
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
export function normalizeRequest(input: FragmentRequestInput): NormalizedRequest {
  const { name } = input
  return {
    key: createFragmentKey(input),
    ttl: parseSeconds(name, 'ttl', input.ttl),
    swr: parseSeconds(name, 'swr', input.swr),
    exports: parseExportTargets(name, input.exportAs),
  }
}
