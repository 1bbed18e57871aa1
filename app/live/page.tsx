import type { Metadata } from 'next'
import Link from 'next/link'
import { connection } from 'next/server'
import { isLive } from './isLive'
import { LiveDesk } from './LiveDesk'
import './live.css'

export const metadata: Metadata = { title: 'Live', robots: { index: false } }

export default async function LivePage() {
  // Whether it is live is not known when the site is built.
  await connection()
  return (
    <section className="page live" aria-labelledby="live-title">
      <h1 id="live-title">The desk, live</h1>
      {isLive() ? (
        <>
          <p className="deck">
            Somebody edits. Each change is published as one message; a worker marks what shows it as stale,
            and has those pages made anew before you ask for one. Follow a title, and see it on the page.
          </p>
          <LiveDesk />
        </>
      ) : (
        <>
          <p className="deck">
            Nothing is live here: this site runs without the worker and the editor that this page follows.
          </p>
          <p>
            Stop it, and run <code>npm run demo:live</code> instead. It brings a Redis, the worker, and
            somebody who edits.
          </p>
          <p>
            <Link href="/">To the front page</Link>
          </p>
        </>
      )}
    </section>
  )
}
