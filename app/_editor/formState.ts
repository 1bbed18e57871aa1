import type { FieldErrors } from '../_data/filmInput'

/** What the visitor typed, to be shown again. */
type Typed = { values: Record<string, unknown> }

export type FilmFormState =
  | { status: 'untouched' }
  | ({ status: 'invalid'; errors: FieldErrors } & Typed)
  /** Someone else saved the film in the meantime. */
  | ({ status: 'conflict' } & Typed)
  /** There is no such film. */
  | ({ status: 'gone' } & Typed)
  | {
      status: 'saved'
      slug: string
      revision: number
      keys: string[]
      expired: number
      pagesRevalidated: boolean
    }

export const UNTOUCHED: FilmFormState = { status: 'untouched' }
