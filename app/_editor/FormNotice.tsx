'use client'

import Link from 'next/link'
import type { FilmFormState } from './formState'

/** What became of the last attempt to save. */
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
      const faults = Object.keys(state.errors).length
      return <p>Not saved: {faults === 1 ? 'one field needs' : `${faults} fields need`} another look.</p>
    }
    case 'conflict':
      return (
        <p>
          Not saved: someone else changed this film since you opened it. Reload the page to see their version;
          what you typed is still below.
        </p>
      )
    case 'gone':
      return <p>Not saved: there is no such film any more.</p>
    case 'saved':
      if (state.keys.length === 0) return <p>Nothing was changed, so nothing was expired.</p>
      return (
        <>
          <p>
            <b>Saved.</b> {state.expired === 1 ? 'One fragment was' : `${state.expired} fragments were`}{' '}
            expired
            {state.pagesRevalidated && ', and the prerendered pages that show the film will be made anew'}.{' '}
            <Link href={`/films/${state.slug}`}>Read the film</Link> or see the{' '}
            <Link href="/">front page</Link>.
          </p>
          <details>
            <summary>The keys that were expired</summary>
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
