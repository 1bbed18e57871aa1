import { createContentCacheError } from './errors.ts'
import { formatValue } from './formatValue.ts'

/** Two moments of the store's time, in milliseconds. `Infinity` means no limit. */
export interface Lifetime {
  /** From here on the entry is stale: served only while a new one is made. */
  readonly staleAt: number
  /** From here on the entry is not served at all. */
  readonly discardAt: number
}

export const NO_LIMIT: Lifetime = { staleAt: Infinity, discardAt: Infinity }

/** Nested lifetimes merge by minimum: a fragment lives no longer than anything inside it. */
export function minLifetime(a: Lifetime, b: Lifetime): Lifetime {
  return { staleAt: Math.min(a.staleAt, b.staleAt), discardAt: Math.min(a.discardAt, b.discardAt) }
}

/** Milliseconds from the start of a render. */
export interface RelativeLifetime {
  readonly staleAfter: number
  readonly discardAfter: number
}

export const NO_RELATIVE_LIMIT: RelativeLifetime = { staleAfter: Infinity, discardAfter: Infinity }

export function minRelativeLifetime(a: RelativeLifetime, b: RelativeLifetime): RelativeLifetime {
  return {
    staleAfter: Math.min(a.staleAfter, b.staleAfter),
    discardAfter: Math.min(a.discardAfter, b.discardAfter),
  }
}

/**
 * @returns the seconds. 0 as `ttl` means no limit, and as `swr` that no stale copy is served.
 * @throws {ContentCacheTypeError} CC_INVALID_TTL
 */
export function parseSeconds(name: string, field: 'ttl' | 'swr', value: unknown): number {
  if (value === undefined) return 0
  if (typeof value !== 'number' || !(value >= 0) || value === Infinity)
    throw createContentCacheError('CC_INVALID_TTL', [name, field, formatValue(value)])
  return value
}
