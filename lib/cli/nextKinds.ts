import type { EntryKind } from '../core/entryKind.ts'
import { pluralize } from './render/formatNumber.ts'

/** The kinds of entries that Next's caches have in the store. */
export type NextKind = Exclude<EntryKind, 'fragment' | 'buildMarker'>

export type NextKinds<T> = Record<NextKind, T>

/** In the order of the output. */
export const NEXT_KINDS: readonly NextKind[] = ['page', 'routeHandler', 'data', 'cachedFunction']

const LABELS: Record<EntryKind, readonly [singular: string, plural: string]> = {
  fragment: ['fragment', 'fragments'],
  page: ['page', 'pages'],
  routeHandler: ['route handler', 'route handlers'],
  data: ['entry of data', 'data'],
  cachedFunction: ['cached function', 'cached functions'],
  buildMarker: ['marker of a build', 'markers of builds'],
}

export function mapNextKinds<T>(create: (kind: NextKind) => T): NextKinds<T> {
  return Object.fromEntries(NEXT_KINDS.map((kind) => [kind, create(kind)])) as NextKinds<T>
}

/** @example getKindLabel('routeHandler') // 'route handler' */
export const getKindLabel = (kind: EntryKind): string => LABELS[kind][0]

/** @example getGroupLabel('routeHandler') // 'route handlers' */
export const getGroupLabel = (kind: EntryKind): string => LABELS[kind][1]

/** @example countKind('page', 2) // '2 pages' */
export function countKind(kind: EntryKind, count: number): string {
  return kind === 'data'
    ? pluralize(count, 'entry of data', 'entries of data')
    : pluralize(count, ...LABELS[kind])
}
