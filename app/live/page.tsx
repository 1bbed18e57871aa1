import type { Metadata } from 'next'
import Link from 'next/link'
import { connection } from 'next/server'
import { isLive } from './isLive'
import { LiveDesk } from './LiveDesk'
import './live.css'

export const metadata: Metadata = { title: 'Live', robots: { index: false } }

export default async function LivePage() {
  // The build cannot know whether the site will run live.
  await connection()
  return (
    <section className="page live" aria-labelledby="live-title">
      <h1 id="live-title">The desk, live</h1>
      {isLive() ? (
        <>
          <p className="deck">
            A scripted editor changes films. Each change is published as one message. A worker marks the
            fragments that show the film as stale, and rebuilds their pages before a visitor requests them.
            Follow a title to see its page.
          </p>
          <LiveDesk />
        </>
      ) : (
        <>
          <p className="deck">
            This page needs a worker and a scripted editor, and this site runs without them.
          </p>
          <p>
            Stop the site and run <code>npm run demo:live</code> instead. It also starts Redis, a worker and a
            scripted editor.
          </p>
          <p>
            <Link href="/">To the front page</Link>
          </p>
        </>
      )}
    </section>
  )
}
