'use client'

import { useEffect } from 'react'

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  useEffect(() => console.error(error), [error])
  return (
    <section className="page notice" role="alert">
      <p className="kicker">Error</p>
      <h1>This page could not be shown</h1>
      <p className="deck">An error occurred on our side. It may be temporary.</p>
      <p>
        <button type="button" className="button" onClick={() => retry()}>
          Try again
        </button>
      </p>
    </section>
  )
}
