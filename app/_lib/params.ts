export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/*
 * Search params become part of fragment keys. These functions map every input to one of a few known values.
 * Otherwise any visitor could fill the cache with entries that are never read again.
 */

export function parseChoice<T extends string>(
  value: string | string[] | undefined,
  of: readonly T[],
  fallback: T,
): T {
  return of.find((option) => option === value) ?? fallback
}

export function parseNumberChoice(
  value: string | string[] | undefined,
  of: readonly number[],
): number | null {
  return of.find((option) => String(option) === value) ?? null
}

export function parsePageNumber(value: string | string[] | undefined, last: number): number {
  const page = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : 1
  return Math.min(Math.max(page, 1), Math.max(last, 1))
}

export const getParam = (value: string | string[] | undefined) => (typeof value === 'string' ? value : '')

/** Builds a URL from a path and params. Params that are null are left out. */
export function createHref(path: string, params: Record<string, string | number | null>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) if (value !== null) query.set(name, String(value))
  return query.size > 0 ? `${path}?${query}` : path
}
