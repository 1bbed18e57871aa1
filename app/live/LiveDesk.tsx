'use client'

import { useState, useSyncExternalStore } from 'react'
import { count } from '../_lib/format'
import { EMPTY_FEED, type Feed } from './_feed/feed'
import { type ConnectionState, createLiveStore, INITIAL_STATE } from './_feed/liveStore'
import { LatencyChart } from './LatencyChart'
import { StoryLine } from './StoryLine'
import { Summary } from './Summary'
import { timeOfDay } from './timeOfDay'

const store = createLiveStore('/api/live')

const CONNECTION_LABELS: { readonly [Name in ConnectionState]: string } = {
  connecting: 'Connecting …',
  open: 'Connected',
  lost: 'Not connected. Trying again …',
  cut: 'The site has lost Redis, and is trying again …',
}

/** What the worker does, as it does it. */
export function LiveDesk() {
  const { feed, connection } = useSyncExternalStore(store.subscribe, store.read, () => INITIAL_STATE)
  const [held, setHeld] = useState<Feed>()
  const { stories, troubles, counts, latencies } = held ?? feed
  return (
    <>
      <div className="live-bar">
        <p role="status" className={`live-link live-link-${connection}`}>
          <span aria-hidden="true">{connection === 'open' ? '●' : '○'}</span> {CONNECTION_LABELS[connection]}
        </p>
        <button
          type="button"
          className="button"
          aria-pressed={held !== undefined}
          onClick={() => setHeld(held ? undefined : feed)}
        >
          {held ? 'Go on' : 'Hold still'}
        </button>
      </div>
      <div className="live-figures">
        <dl className="figures">
          <Figure label={counts.edits === 1 ? 'edit' : 'edits'} value={counts.edits} />
          <Figure label="fragments refreshed" value={counts.refreshed} />
          <Figure label="expired" value={counts.expired} />
          <Figure label="pages rebuilt" value={counts.rebuilt} />
          <Figure label={counts.failed === 1 ? 'failure' : 'failures'} value={counts.failed} />
        </dl>
        <LatencyChart latencies={latencies} />
      </div>
      {troubles.length > 0 && (
        <ul className="live-troubles">
          {troubles.map(({ id, at, reason }) => (
            <li key={id}>
              <time dateTime={new Date(at).toISOString()}>{timeOfDay(at)}</time> {reason}
            </li>
          ))}
        </ul>
      )}
      <Summary counts={(held ? EMPTY_FEED : feed).counts} />
      {stories.length === 0 ? (
        <p className="empty">Nothing has happened yet.</p>
      ) : (
        <ol className="stories" aria-label="What happened, newest first">
          {stories.map((story) => (
            <StoryLine key={story.id} story={story} />
          ))}
        </ol>
      )}
    </>
  )
}

function Figure({ label, value }: { label: string; value: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{count(value)}</dd>
    </div>
  )
}
