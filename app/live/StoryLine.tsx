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
  const groups = groupFragments(fragments)
  return (
    <li className="story">
      <time className="story-time" dateTime={new Date(at).toISOString()}>
        {timeOfDay(at)}
      </time>
      <div className="story-text">
        {edits.length === 0 ? (
          <h2>
            <span className="story-who">A visitor changed</span> {objects[0]}
          </h2>
        ) : (
          edits.map((edit) => <Headline key={`${edit.title} ${edit.at}`} edit={edit} />)
        )}
        <p className="story-touched">{touched.join(', ') || 'Nothing in the cache showed it'}</p>
        <ul className="story-fragments">
          {groups.map(({ name, count }) => (
            <li key={name}>
              <code>{name}</code> {count > 1 && `× ${count}`}
            </li>
          ))}
        </ul>
        <details className="story-objects">
          <summary>{plural(objects.length, 'object')}</summary>
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
