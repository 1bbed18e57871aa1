import { FIELD_LABELS } from './fieldLabels'
import type { Film, FilmFields } from './film'
import { FIELDS } from './filmRules'

const MAX_SHOWN = 3

/** What the edit changes, for the log: 'Rating 9.0 → 9.4, Genre Drama → Crime'. Null when nothing. */
export function describeEdit(before: Film, fields: Partial<FilmFields>): string | null {
  const changed = FIELDS.filter((field) => fields[field] !== undefined && fields[field] !== before[field])
  if (changed.length === 0) return null
  const shown = changed
    .slice(0, MAX_SHOWN)
    .map((field) => `${FIELD_LABELS[field]} ${formatValue(before[field])} → ${formatValue(fields[field])}`)
  const more = changed.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function formatValue(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return 'unknown'
  if (typeof value === 'number') return value.toLocaleString('en-US')
  return value.length > 40 ? `${value.slice(0, 39)}…` : value
}
