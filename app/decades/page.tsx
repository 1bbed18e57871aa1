import type { Metadata } from 'next'
import { CacheContent } from 'react-cache-content/next'
import { DECADES } from '../_data/vocabulary'
import { DecadeEntry } from '../_lists/DecadeEntry'
import { CachePanel } from '../_panel/CachePanel'

export const metadata: Metadata = { title: 'Decades' }

/** Rendered by the build, and again when a decade in it changes. */
export default function DecadesPage() {
  return (
    <>
      <CacheContent name="decades/overview">
        <section className="page" aria-labelledby="decades-title">
          <h1 id="decades-title">Decade by decade</h1>
          <p className="deck">
            What was made, what it took, and what is looked up to: by rating, weighted with the number of
            votes.
          </p>
          {DECADES.toReversed().map((decade) => (
            <CacheContent key={decade} name="decades/decade" vary={[decade]}>
              <DecadeEntry decade={decade} />
            </CacheContent>
          ))}
        </section>
      </CacheContent>
      <CachePanel prerendered />
    </>
  )
}
