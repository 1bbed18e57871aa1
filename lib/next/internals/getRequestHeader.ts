import type { RenderUnit } from './guardedUnit.ts'

/**
 * A header of the request, for what concerns the cache and not the content: `headers()` would tie the page to the
 * request. Nothing where there is no request, or where Next does not show it as it did.
 */
export function getRequestHeader(unit: RenderUnit, name: string): string | undefined {
  return getRequestHeaders(unit)?.[name]
}

/** All of them, also those that Next hides from `headers()`: they are in the object behind it. */
export function getRequestHeaders(
  unit: RenderUnit,
): Readonly<Record<string, string | undefined>> | undefined {
  if (unit.type !== 'request') return undefined
  const raw = (unit.headers as unknown as { headers?: Record<string, string | undefined> }).headers
  return typeof raw === 'object' && raw !== null ? raw : undefined
}
