import Link from 'next/link'
import { memo } from 'react'
import { plural } from '../_lib/format'
import type { RouteState, Story } from './_feed/feed'
import type { Edit } from './_feed/liveEvent'
import { groupFragments } from './groupFragments'
import { duration } from './LatencyChart'
import { timeOfDay } from './timeOfDay'

const DID: Record<string, string> = {
  save: 'saved',
  publish: 'published',
  unpublish: 'withdrew',
  delete: 'withdrew',
}

const MARKS: { readonly [State in RouteState['state']]: string } = {
  waiting: '○',
  rebuilt: '●',
  skipped: '–',
  failed: '✕',
}

/** What was edited, what that took with it, and how far its pages are. */
export const StoryLine = memo(function StoryLine({ story }: { story: Story }) {
  const { at, edits, objects, expired, refreshed, fragments, routes, latency } = story
  const touched = [
    refreshed > 0 && `${plural(refreshed, 'fragment')} refreshed`,
    expired > 0 && `${plural(expired, 'fragment')} expired`,
  ].filter(Boolean)
  return (
    <li className="story">
      <time className="story-time" dateTime={new Date(at).toISOString()}>
        {timeOfDay(at)}
      </time>
      <div className="story-text">
        {edits.length === 0 ? (
          <h2>{objects.slice(0, 3).join(', ')}</h2>
        ) : (
          edits.map((edit) => <Headline key={`${edit.title} ${edit.at}`} edit={edit} />)
        )}
        <details className="story-fragments">
          <summary>{touched.join(', ') || 'Nothing in the cache showed it'}</summary>
          <ul>
            {groupFragments(fragments).map(({ name, varies }) => (
              <li key={name}>
                <b>{name}</b> {varies.length > 1 && `× ${varies.length}`}{' '}
                <code>{varies.slice(0, 6).join(' ')}</code>
              </li>
            ))}
          </ul>
          <p className="meta">
            Because of <code>{objects.join(' ')}</code>
          </p>
        </details>
      </div>
      <div className="story-routes">
        <ul>
          {routes.map((route) => (
            <li key={route.route} className={`route route-${route.state}`} title={route.reason}>
              <span role="img" aria-label={route.state}>
                {MARKS[route.state]}
              </span>{' '}
              <code>{route.route}</code> <Outcome route={route} />
            </li>
          ))}
        </ul>
        {routes.length > 0 && (
          <p className="meta">
            {latency === undefined ? 'Rebuilding …' : `All there after ${duration(latency)}`}
          </p>
        )}
      </div>
    </li>
  )
})

function Headline({ edit }: { edit: Edit }) {
  const { editor, action, title, slug, change } = edit
  const isGone = action === 'delete' || action === 'unpublish'
  return (
    <>
      <h2>
        <span className="story-who">
          {editor} {DID[action] ?? action}
        </span>{' '}
        {slug && !isGone ? (
          <Link href={`/films/${slug}`} prefetch={false}>
            {title}
          </Link>
        ) : (
          title
        )}
      </h2>
      {change && <p>{change}</p>}
    </>
  )
}

function Outcome({ route: { state, ms, reason } }: { route: RouteState }) {
  if (state === 'rebuilt') return <span className="route-ms">{duration(ms ?? 0)}</span>
  return state === 'waiting' ? null : <span className="route-reason">{reason}</span>
}
