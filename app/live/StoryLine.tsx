import Link from 'next/link'
import { memo } from 'react'
import { pluralize } from '../_lib/format'
import type { RouteState, Story } from './_feed/feed'
import type { Edit } from './_feed/liveEvent'
import { formatTimeOfDay } from './formatTimeOfDay'
import { groupFragments } from './groupFragments'
import { formatDuration } from './LatencyChart'

const ACTION_VERBS: Record<string, string> = {
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

/** An edit, the fragments that it invalidated, and the progress of its pages. */
export const StoryLine = memo(function StoryLine({ story }: { story: Story }) {
  const { at, edits, objects, expired, refreshed, fragments, routes, latency } = story
  const invalidations = [
    refreshed > 0 && `${pluralize(refreshed, 'fragment')} refreshed`,
    expired > 0 && `${pluralize(expired, 'fragment')} expired`,
  ].filter(Boolean)
  const groups = groupFragments(fragments)
  return (
    <li className="story">
      <time className="story-time" dateTime={new Date(at).toISOString()}>
        {formatTimeOfDay(at)}
      </time>
      <div className="story-text">
        {edits.length === 0 ? (
          <h2>
            <span className="story-who">A visitor changed</span> {objects[0]}
          </h2>
        ) : (
          edits.map((edit) => <Headline key={`${edit.title} ${edit.at}`} edit={edit} />)
        )}
        <p className="story-touched">{invalidations.join(', ') || 'No cached fragment was affected'}</p>
        <ul className="story-fragments">
          {groups.map(({ name, count }) => (
            <li key={name}>
              <code>{name}</code> {count > 1 && `× ${count}`}
            </li>
          ))}
        </ul>
        <details className="story-objects">
          <summary>{pluralize(objects.length, 'object')}</summary>
          <p>
            {objects.map((object) => (
              <code key={object}>{object} </code>
            ))}
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
            {latency === undefined ? 'Rebuilding …' : `All rebuilt after ${formatDuration(latency)}`}
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
          {editor} {ACTION_VERBS[action] ?? action}
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

function Outcome({ route: { state, durationMs, reason } }: { route: RouteState }) {
  if (state === 'rebuilt') return <span className="route-ms">{formatDuration(durationMs ?? 0)}</span>
  return state === 'waiting' ? null : <span className="route-reason">{reason}</span>
}
