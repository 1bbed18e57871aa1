import type { Metadata, Viewport } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { WatchCount } from './_watchlist/WatchCount'
import { isLive } from './live/isLive'
// The order matters: later style sheets override earlier ones.
import './_styles/base.css'
import './_styles/masthead.css'
import './_styles/film.css'
import './_styles/charts.css'
import './_styles/front.css'
import './_styles/sheet.css'
import './_styles/form.css'
import './_styles/panel.css'

export const metadata: Metadata = {
  title: { default: 'The Film Desk', template: '%s · The Film Desk' },
  description: 'Three thousand films, read from a cache that is always up to date.',
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf6ee' },
    { media: '(prefers-color-scheme: dark)', color: '#15130f' },
  ],
}

const SECTIONS = [
  ['/', 'Front page'],
  ['/genres', 'Genres'],
  ['/decades', 'Decades'],
  ['/directors', 'Directors'],
] as const

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <a className="skip" href="#content">
          Skip to the content
        </a>
        <header className="masthead">
          <p className="masthead-line">An archive of cinema, 1915 to 2011</p>
          <Link href="/" className="nameplate">
            The Film Desk
          </Link>
          <p className="masthead-tools">
            <WatchCount />
            <Link href="/films/new">Publish a film</Link>
            {isLive() && (
              <Link href="/live" prefetch={false}>
                Live
              </Link>
            )}
          </p>
          <nav aria-label="Sections">
            {SECTIONS.map(([href, label]) => (
              // No prefetch: the browser would show the prefetched copy for minutes after an edit.
              <Link key={href} href={href} prefetch={false}>
                {label}
              </Link>
            ))}
            <search>
              <form action="/search">
                <input
                  type="search"
                  name="q"
                  maxLength={60}
                  placeholder="Title or director"
                  aria-label="Search"
                />
                <button type="submit">Search</button>
              </form>
            </search>
          </nav>
        </header>
        <main id="content">{children}</main>
      </body>
    </html>
  )
}
