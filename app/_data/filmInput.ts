import type { FilmFields } from './film'
import { FIELDS, FILM_RULES, faultOf, isField } from './filmRules'

export type FieldErrors = Record<string, string>
export type Parsed<T> = { ok: true; fields: T } | { ok: false; errors: FieldErrors }

/** The fields present in `input`, checked; a name that is no field is an error, not ignored. */
export function parseFields(input: Readonly<Record<string, unknown>>): Parsed<Partial<FilmFields>> {
  const fields: [string, unknown][] = []
  const errors: [string, string][] = []
  for (const [name, given] of Object.entries(input)) {
    if (!isField(name)) {
      errors.push([name.slice(0, 40), 'There is no such field.'])
      continue
    }
    const value = tidy(given)
    const fault = faultOf(FILM_RULES[name], value)
    if (fault) errors.push([name, fault])
    else fields.push([name, value])
  }
  // From entries, so that even a field called `__proto__` is an own property like any other.
  if (errors.length > 0) return { ok: false, errors: Object.fromEntries(errors) }
  return { ok: true, fields: Object.fromEntries(fields) }
}

/** The same for a film that does not exist yet: what is left out is unknown, only a title is needed. */
export function parseFilm(input: Readonly<Record<string, unknown>>): Parsed<FilmFields> {
  const unknown = Object.fromEntries(FIELDS.map((field) => [field, null]))
  return parseFields({ ...unknown, ...input }) as Parsed<FilmFields>
}

/** A form posts text only: the empty one is null, and number fields become numbers where they can. */
export function formInput(form: FormData): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const field of FIELDS) {
    const given = form.get(field)
    if (typeof given !== 'string') continue
    const text = given.trim()
    const isNumber = FILM_RULES[field].kind === 'number' && text !== '' && Number.isFinite(Number(text))
    input[field] = text === '' ? null : isNumber ? Number(text) : text
  }
  return input
}

function tidy(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC').replace(/ +/g, ' ').trim() : value
}
