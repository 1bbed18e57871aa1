'use client'

import Link from 'next/link'
import type { FilmFormState } from './formState'

/** The result of the last attempt to save. */
export function FormNotice({ state }: { state: FilmFormState }) {
  return (
    <div className={`form-notice form-${state.status}`} role={state.status === 'saved' ? 'status' : 'alert'}>
      <Message state={state} />
    </div>
  )
}

function Message({ state }: { state: FilmFormState }) {
  switch (state.status) {
    case 'untouched':
      return null
    case 'invalid': {
      const errors = Object.keys(state.errors).length
      return <p>Not saved: {errors === 1 ? 'one field is' : `${errors} fields are`} invalid.</p>
    }
    case 'conflict':
      return (
        <p>
          Not saved: someone else changed this film since you opened it. Your changes are still in the form
          below. Reload the page to see the other version.
        </p>
      )
    case 'gone':
      return <p>Not saved: there is no such film. It may have been removed.</p>
    case 'saved':
      if (state.keys.length === 0) return <p>Nothing was changed, so nothing was expired.</p>
      return (
        <>
          <p>
            <b>Saved.</b> {state.expired === 1 ? 'One fragment was' : `${state.expired} fragments were`}{' '}
            expired
            {state.pagesRevalidated && ', and the prerendered pages with this film will be rendered again'}.{' '}
            <Link href={`/films/${state.slug}`}>Read the film</Link> or see the{' '}
            <Link href="/">front page</Link>.
          </p>
          <details>
            <summary>Expired keys</summary>
            <ul className="key-list">
              {state.keys.map((key) => (
                <li key={key}>
                  <code>{key}</code>
                </li>
              ))}
            </ul>
          </details>
        </>
      )
  }
}
