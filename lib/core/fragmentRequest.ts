import { type ExportAs, parseExportTargets } from './exports/exportAs.ts'
import { createFragmentKey, type FragmentIdentity } from './fragmentKey.ts'
import { parseSeconds } from './lifetime.ts'

/** What is asked of a fragment, as it was passed. */
export interface FragmentRequestInput extends FragmentIdentity {
  readonly ttl?: number | undefined
  readonly swr?: number | undefined
  readonly exportAs?: unknown
}

/** What is asked of a fragment, checked and in one form. */
export interface FragmentRequest {
  readonly name: string
  readonly key: string
  /** Seconds; 0 is none. */
  readonly ttl: number
  readonly swr: number
  /** Where other programs look for its HTML. */
  readonly exports: readonly ExportAs[]
  /** Where it can be rendered again. A host that serves it from a fill has to know. */
  readonly route?: string | undefined
}

/**
 * @throws {ContentCacheTypeError} CC_INVALID_NAME, CC_INVALID_VERSION, CC_INVALID_VARY, CC_INVALID_TTL,
 * CC_INVALID_EXPORT
 */
export function createFragmentRequest(input: FragmentRequestInput): FragmentRequest {
  const { name } = input
  return {
    name,
    key: createFragmentKey(input),
    ttl: parseSeconds(name, 'ttl', input.ttl),
    swr: parseSeconds(name, 'swr', input.swr),
    exports: parseExportTargets(name, input.exportAs),
  }
}
