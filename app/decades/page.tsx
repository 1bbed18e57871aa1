import type { Metadata } from 'next'
import { CacheContent } from 'react-cache-content/next'
import { DECADES } from '../_data/vocabulary'
import { DecadeEntry } from '../_lists/DecadeEntry'
import { CachePanel } from '../_panel/CachePanel'

export const metadata: Metadata = { title: 'Decades' }

/** The build prerenders this page. Next renders it again when a decade changes. */
export default function DecadesPage() {
  return (
    <>
      <CacheContent name="decades/overview">
        <section className="page" aria-labelledby="decades-title">
          <h1 id="decades-title">Decade by decade</h1>
          <p className="deck">
            The films of each decade, their gross, and the best of them by rating, weighted with the number of
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
