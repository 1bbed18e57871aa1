/**
 * Of the search params those that a fragment says it depends on: of which the value is among those in `vary`. The rest
 * is none of its business, and may be what brought the visitor, or belong to him alone, such as a token.
 *
 * @param search as in a URL, with its question mark or empty
 * @example searchInVary('?page=2&utm_source=mail', ['news', 2]) // '?page=2'
 */
export function filterSearchByVary(search: string, vary: unknown): string {
  if (search === '' || vary === undefined) return ''
  const values = new Set<string>()
  collect(vary)
  const params = [...new URLSearchParams(search)].filter(([, value]) => values.has(value))
  return params.length === 0 ? '' : `?${new URLSearchParams(params)}`

  // What cannot be a key, such as a cycle, has been refused before.
  function collect(value: unknown): void {
    if (value instanceof Date) values.add(value.toISOString())
    else if (typeof value === 'object' && value !== null)
      for (const item of Object.values(value)) collect(item)
    else if (value !== undefined && value !== null) values.add(String(value))
  }
}
