import { type ExportAs, parseExportTargets } from './exports/exportAs.ts'
import { createFragmentKey, type FragmentIdentity } from './fragmentKey.ts'
import { parseSeconds } from './lifetime.ts'

/** The options of a fragment as the caller passed them. */
export interface FragmentRequestInput extends FragmentIdentity {
  readonly ttl?: number | undefined
  readonly swr?: number | undefined
  readonly exportAs?: unknown
}

/** The options of a fragment, validated and normalized. */
export interface FragmentRequest {
  readonly name: string
  readonly key: string
  /** In seconds. 0 means none. */
  readonly ttl: number
  readonly swr: number
  /** The places in which other programs look for its HTML. */
  readonly exports: readonly ExportAs[]
  /** The page that can render it again. Only a fill needs it, so it may be set later. */
  route?: string | undefined
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
