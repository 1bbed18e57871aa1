'use client'

import { useActionState, useEffect, useRef } from 'react'
import type { FilmFields } from '../_data/film'
import { Field } from './Field'
import { FormNotice } from './FormNotice'
import { type FilmFormState, UNTOUCHED } from './formState'

const GROUPS: [string, (keyof FilmFields)[]][] = [
  ['The film', ['title', 'director', 'released', 'genre', 'runningTime', 'mpaa']],
  ['Verdicts', ['rating', 'votes', 'tomatoes']],
  ['Box office', ['budget', 'usGross', 'worldwideGross']],
  ['Origin', ['distributor', 'source', 'creativeType']],
]

interface Props {
  action: (state: FilmFormState, form: FormData) => Promise<FilmFormState>
  submit: string
  film?: FilmFields & { id: number; revision: number }
}

export function FilmForm({ action, submit, film }: Props) {
  const [state, submitForm, isPending] = useActionState(action, UNTOUCHED)
  const form = useRef<HTMLFormElement>(null)
  const enteredValues = 'values' in state ? state.values : undefined
  const errors = state.status === 'invalid' ? state.errors : {}

  useEffect(() => {
    if (state.status === 'invalid') form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [state])

  return (
    <form ref={form} action={submitForm} className="film-form" noValidate>
      {film && (
        <>
          <input type="hidden" name="id" value={film.id} />
          <input
            type="hidden"
            name="revision"
            value={state.status === 'saved' ? state.revision : film.revision}
          />
        </>
      )}
      <FormNotice state={state} />
      {GROUPS.map(([legend, fields]) => (
        <fieldset key={legend}>
          <legend>{legend}</legend>
          {fields.map((name) => (
            <Field
              key={name}
              name={name}
              value={enteredValues ? enteredValues[name] : film?.[name]}
              error={errors[name]}
            />
          ))}
        </fieldset>
      ))}
      <p className="form-end">
        <button type="submit" className="button" disabled={isPending}>
          {isPending ? 'Saving …' : submit}
        </button>
      </p>
    </form>
  )
}
