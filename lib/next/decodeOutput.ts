import { rehashCompactTree } from '../react/ids/rehashCompactTree.ts'
import type { Output, OutputWithHints } from './decodedTree.ts'
import { decodePayload, type FlightPart, toCompactTree } from './fragmentPayload.ts'
import type { Flight } from './internals/flight.ts'
import type { Manifests } from './internals/manifests.ts'

/**
 * Decodes a stored fragment.
 *
 * @param isRenamed the ids in the payload were renamed, so the hashes of its HTML are out of date
 * @throws {ContentCacheError} CC_CLIENT_MODULE_UNKNOWN when the current route lacks one of its client components
 * @throws for bytes that are no payload
 */
export async function decodeOutput(
  payload: Uint8Array,
  flight: Flight,
  manifests: Manifests,
  isRenamed = false,
): Promise<OutputWithHints> {
  const { header, flight: flightBytes, text } = decodePayload(payload)
  const { compact, hints, hasReadOnceValues } = header
  const part = flightBytes.byteLength > 0 ? await flight.decodeFully(flightBytes, manifests) : undefined
  if (compact === undefined)
    return { output: part as Output, hints, ...(hasReadOnceValues && { hasReadOnceValues }) }
  const tree = toCompactTree(compact, text, part as FlightPart | undefined)
  return {
    output: isRenamed ? rehashCompactTree(tree) : tree,
    hints,
    ...(hasReadOnceValues && { hasReadOnceValues }),
  }
}
