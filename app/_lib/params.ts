export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/*
 * Search params become part of fragment keys. Whatever a visitor types there must end in one of a few
 * known values, or strangers could fill the cache with copies that nobody reads.
 */

export function choice<T extends string>(
  value: string | string[] | undefined,
  of: readonly T[],
  fallback: T,
): T {
  return of.find((option) => option === value) ?? fallback
}

export function numberChoice(value: string | string[] | undefined, of: readonly number[]): number | null {
  return of.find((option) => String(option) === value) ?? null
}

export function pageNumber(value: string | string[] | undefined, last: number): number {
  const page = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : 1
  return Math.min(Math.max(page, 1), Math.max(last, 1))
}

export const text = (value: string | string[] | undefined) => (typeof value === 'string' ? value : '')

/** The address of a page with the given params, without those that have their usual value. */
export function href(path: string, params: Record<string, string | number | null>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) if (value !== null) query.set(name, String(value))
  return query.size > 0 ? `${path}?${query}` : path
}
