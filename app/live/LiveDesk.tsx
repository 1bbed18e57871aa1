'use client'

import { useState, useSyncExternalStore } from 'react'
import { formatCount } from '../_lib/format'
import { EMPTY_FEED, type Feed } from './_feed/feed'
import { type ConnectionState, createLiveStore, INITIAL_STATE } from './_feed/liveStore'
import { formatTimeOfDay } from './formatTimeOfDay'
import { LatencyChart } from './LatencyChart'
import { StoryLine } from './StoryLine'
import { Summary } from './Summary'

const store = createLiveStore('/api/live')

const CONNECTION_LABELS: { readonly [Name in ConnectionState]: string } = {
  connecting: 'Connecting …',
  open: 'Connected',
  lost: 'Not connected. Reconnecting …',
  cut: 'The site has lost its connection to Redis. Reconnecting …',
}

/** Shows the worker's events as they arrive. */
export function LiveDesk() {
  const { feed, connection } = useSyncExternalStore(store.subscribe, store.read, () => INITIAL_STATE)
  const [pausedFeed, setPausedFeed] = useState<Feed>()
  const { stories, troubles, counts, latencies } = pausedFeed ?? feed
  return (
    <>
      <div className="live-bar">
        <p role="status" className={`live-link live-link-${connection}`}>
          <span aria-hidden="true">{connection === 'open' ? '●' : '○'}</span> {CONNECTION_LABELS[connection]}
        </p>
        <button
          type="button"
          className="button"
          aria-pressed={pausedFeed !== undefined}
          onClick={() => setPausedFeed(pausedFeed ? undefined : feed)}
        >
          {pausedFeed ? 'Resume' : 'Pause'}
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
              <time dateTime={new Date(at).toISOString()}>{formatTimeOfDay(at)}</time> {reason}
            </li>
          ))}
        </ul>
      )}
      <Summary counts={(pausedFeed ? EMPTY_FEED : feed).counts} />
      {stories.length === 0 ? (
        <p className="empty">No edits yet.</p>
      ) : (
        <ol className="stories" aria-label="Edits, newest first">
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
      <dd>{formatCount(value)}</dd>
    </div>
  )
}
