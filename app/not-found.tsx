import type { Metadata } from 'next'
import Link from 'next/link'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <section className="page notice">
      <p className="kicker">404</p>
      <h1>Page not found</h1>
      <p className="deck">There is no page at this address. The film may not be in the archive.</p>
      <p>
        <Link href="/">To the front page</Link>, or <Link href="/search">search the archive</Link>.
      </p>
    </section>
  )
}
