import type { FilmFields } from './film'
import { FIELDS, FILM_RULES, findFieldError, isField } from './filmRules'

export type FieldErrors = Record<string, string>
export type Parsed<T> = { ok: true; fields: T } | { ok: false; errors: FieldErrors }

/** Parses and validates the fields in `input`. An unknown field name is an error. */
export function parseFields(input: Readonly<Record<string, unknown>>): Parsed<Partial<FilmFields>> {
  const fields: [string, unknown][] = []
  const errors: [string, string][] = []
  for (const [name, rawValue] of Object.entries(input)) {
    if (!isField(name)) {
      errors.push([name.slice(0, 40), 'There is no such field.'])
      continue
    }
    const value = normalizeText(rawValue)
    const error = findFieldError(FILM_RULES[name], value)
    if (error) errors.push([name, error])
    else fields.push([name, value])
  }
  // `Object.fromEntries` makes even a field called `__proto__` an own property.
  if (errors.length > 0) return { ok: false, errors: Object.fromEntries(errors) }
  return { ok: true, fields: Object.fromEntries(fields) }
}

/** Parses a new film. Missing fields become null; only the title is required. */
export function parseFilm(input: Readonly<Record<string, unknown>>): Parsed<FilmFields> {
  const unknown = Object.fromEntries(FIELDS.map((field) => [field, null]))
  return parseFields({ ...unknown, ...input }) as Parsed<FilmFields>
}

/** Reads the fields of a form. Empty text becomes null, and valid numbers in number fields become numbers. */
export function readFormInput(form: FormData): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const field of FIELDS) {
    const entry = form.get(field)
    if (typeof entry !== 'string') continue
    const text = entry.trim()
    const isNumber = FILM_RULES[field].kind === 'number' && text !== '' && Number.isFinite(Number(text))
    input[field] = text === '' ? null : isNumber ? Number(text) : text
  }
  return input
}

function normalizeText(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC').replace(/ +/g, ' ').trim() : value
}
