import type { FilmFields } from './film'
import { CREATIVE_TYPES, GENRES, MPAA_RATINGS, SOURCES } from './vocabulary'

/** The type of a field, which determines its form control and its valid values. */
export type FieldRule =
  | { kind: 'text'; max: number; required?: true }
  | { kind: 'date' }
  | { kind: 'choice'; of: readonly string[] }
  | { kind: 'number'; min: number; max: number; decimals: 0 | 1 }

export const FILM_RULES: { readonly [Field in keyof FilmFields]: FieldRule } = {
  title: { kind: 'text', max: 160, required: true },
  released: { kind: 'date' },
  genre: { kind: 'choice', of: GENRES },
  director: { kind: 'text', max: 80 },
  mpaa: { kind: 'choice', of: MPAA_RATINGS },
  runningTime: { kind: 'number', min: 1, max: 1_000, decimals: 0 },
  distributor: { kind: 'text', max: 80 },
  source: { kind: 'choice', of: SOURCES },
  creativeType: { kind: 'choice', of: CREATIVE_TYPES },
  rating: { kind: 'number', min: 0, max: 10, decimals: 1 },
  votes: { kind: 'number', min: 0, max: 100_000_000, decimals: 0 },
  tomatoes: { kind: 'number', min: 0, max: 100, decimals: 0 },
  budget: { kind: 'number', min: 1, max: 10_000_000_000, decimals: 0 },
  usGross: { kind: 'number', min: 1, max: 10_000_000_000, decimals: 0 },
  worldwideGross: { kind: 'number', min: 1, max: 10_000_000_000, decimals: 0 },
}

export const FIELDS = Object.keys(FILM_RULES) as (keyof FilmFields)[]
export const isField = (name: string): name is keyof FilmFields => Object.hasOwn(FILM_RULES, name)

const FIRST_FILM = '1888-01-01'
const LAST_DAY = '2099-12-31'

/** Returns the error message for a value, or undefined when the value is valid. */
export function findFieldError(rule: FieldRule, value: unknown): string | undefined {
  if (value === null) return rule.kind === 'text' && rule.required ? 'This cannot be empty.' : undefined
  switch (rule.kind) {
    case 'text':
      if (typeof value !== 'string') return 'Text is expected.'
      if (value === '') return 'This cannot be empty.'
      if (value.length > rule.max) return `At most ${rule.max} characters are allowed.`
      return /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value) ? 'Control characters are not allowed.' : undefined
    case 'date':
      return isDate(value) && value >= FIRST_FILM && value <= LAST_DAY
        ? undefined
        : 'A date between 1888 and 2099 is expected, as YYYY-MM-DD.'
    case 'choice':
      return rule.of.includes(value as string) ? undefined : `Choose one of: ${rule.of.join(', ')}.`
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'A number is expected.'
      if (value < rule.min || value > rule.max)
        return `A number between ${rule.min} and ${rule.max} is expected.`
      return Number(value.toFixed(rule.decimals)) === value
        ? undefined
        : rule.decimals === 0
          ? 'A whole number is expected.'
          : 'At most one decimal place is allowed.'
  }
}

function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const day = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value)
}
