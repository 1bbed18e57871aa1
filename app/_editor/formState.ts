import type { FieldErrors } from '../_data/filmInput'

/** The values that the visitor entered. The form shows them again. */
type EnteredValues = { values: Record<string, unknown> }

export type FilmFormState =
  | { status: 'untouched' }
  | ({ status: 'invalid'; errors: FieldErrors } & EnteredValues)
  /** Another visitor has saved the film since the form was loaded. */
  | ({ status: 'conflict' } & EnteredValues)
  /** The film does not exist. */
  | ({ status: 'gone' } & EnteredValues)
  | {
      status: 'saved'
      slug: string
      revision: number
      keys: string[]
      expired: number
      pagesRevalidated: boolean
    }

export const UNTOUCHED: FilmFormState = { status: 'untouched' }
