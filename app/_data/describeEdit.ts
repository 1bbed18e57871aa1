import { FIELD_LABELS } from './fieldLabels'
import type { Film, FilmFields } from './film'
import { FIELDS } from './filmRules'

const MAX_SHOWN = 3

/** Describes an edit: 'Rating 9.0 → 9.4, Genre Drama → Crime'. Returns null when it changes nothing. */
export function describeEdit(before: Film, fields: Partial<FilmFields>): string | null {
  const changedFields = FIELDS.filter(
    (field) => fields[field] !== undefined && fields[field] !== before[field],
  )
  if (changedFields.length === 0) return null
  const descriptions = changedFields
    .slice(0, MAX_SHOWN)
    .map((field) => `${FIELD_LABELS[field]} ${formatValue(before[field])} → ${formatValue(fields[field])}`)
  const more = changedFields.length - descriptions.length
  return descriptions.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function formatValue(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return 'unknown'
  if (typeof value === 'number') return value.toLocaleString('en-US')
  return value.length > 40 ? `${value.slice(0, 39)}…` : value
}
