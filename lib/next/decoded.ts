import type { ReactNode } from 'react'
import { processWide } from '../core/processWide.ts'
import { type Compact, isCompact } from '../react/compaction/compact.ts'
import { sharedShape } from '../react/compaction/shape.ts'
import { hasReadOnceValues } from './internals/readOnceValues.ts'

export type Output = ReactNode | Compact

/** Routes for which one payload is kept decoded. */
const ROUTES = 16

/**
 * Decoded payloads, shared by all requests, as long as a store keeps the payload itself. By route, because a
 * client component is known to a route or not.
 */
const decoded = processWide('decoded', () => new WeakMap<Uint8Array, Map<string, Decoded>>())

interface Decoded {
  readonly output: Promise<Output>
  /** Once it is done. */
  value?: { readonly value: Output }
}

/** What {@link decodedOnce} has been done with. */
export function decodedBefore(payload: Uint8Array, route: string): { readonly value: Output } | undefined {
  return decoded.get(payload)?.get(route)?.value
}

export function decodedOnce(
  payload: Uint8Array,
  route: string,
  decode: () => Promise<Output>,
): Promise<Output> {
  // Each reader uses such a tree up.
  if (hasReadOnceValues(payload)) return decode()
  const routes = decoded.get(payload) ?? new Map<string, Decoded>()
  decoded.set(payload, routes)
  const known = routes.get(route)
  if (known !== undefined) return known.output
  for (const [oldest] of routes.size >= ROUTES ? routes : []) {
    routes.delete(oldest)
    break
  }
  const made: Decoded = { output: decode().then(sharing) }
  routes.set(route, made)
  made.output.then(
    (value) => {
      made.value = { value }
    },
    () => routes.delete(route),
  )
  return made.output
}

function sharing(output: Output): Output {
  return isCompact(output) ? { ...output, shape: sharedShape(output.shape) } : output
}
