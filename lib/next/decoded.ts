import type { ReactNode } from 'react'
import { processWide } from '../core/processWide.ts'
import { type Compact, isCompact } from '../react/compaction/compact.ts'
import { withSharedNodes } from '../react/compaction/shape.ts'

export type Output = ReactNode | Compact

/** Routes for which one payload is kept decoded. */
const ROUTES = 16

/**
 * Decoded payloads, shared by all requests, as long as a store keeps the payload itself. By route, because a
 * client component is known to a route or not.
 */
const decoded = processWide('decoded', () => new WeakMap<Uint8Array, Map<string, Promise<Output>>>())

export function decodedOnce(
  payload: Uint8Array,
  route: string,
  decode: () => Promise<Output>,
): Promise<Output> {
  const routes = decoded.get(payload) ?? new Map<string, Promise<Output>>()
  decoded.set(payload, routes)
  let output = routes.get(route)
  if (output === undefined) {
    output = decode().then(sharing)
    for (const [oldest] of routes.size >= ROUTES ? routes : []) {
      routes.delete(oldest)
      break
    }
    routes.set(route, output)
    output.catch(() => routes.delete(route))
  }
  return output
}

function sharing(output: Output): Output {
  return isCompact(output) ? { ...output, shape: withSharedNodes(output.shape) } : output
}
