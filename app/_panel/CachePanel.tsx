import { Suspense } from 'react'
import { requestReport } from 'react-cache-content/next'
import { expireKey } from '../_actions/expireKey'
import { TimeAgo } from '../_components/TimeAgo'
import { objectNames } from '../_data/objectNames'
import { plural } from '../_lib/format'
import { FragmentList } from './FragmentList'
import { fragmentTree } from './fragmentTree'
import { OUTCOMES } from './outcomes'
import { PanelSheet } from './PanelSheet'
import { explain, objectsOf, tally } from './summary'

/**
 * How the fragments of this page were served. It stands at the end of a page, after all fragments, and
 * streams in when the last of them is final.
 *
 * @param prerendered the page has no request of its own: Next keeps it, and the panel tells of that render
 */
export function CachePanel({ prerendered = false }: { prerendered?: boolean }) {
  return (
    <aside className="panel" aria-label="Cache of this page">
      <Suspense fallback={<p className="panel-bar panel-wait">Counting fragments …</p>}>
        <Report prerendered={prerendered} />
      </Suspense>
    </aside>
  )
}

async function Report({ prerendered }: { prerendered: boolean }) {
  const reports = await requestReport()
  const objects = objectsOf(reports)
  const names = await objectNames(objects)
  const milliseconds = reports
    .filter(({ parent }) => parent === undefined)
    .reduce((sum, { ms }) => sum + ms, 0)
  const bar = (
    <>
      {prerendered && <span className="panel-mark">prerendered</span>}
      {tally(reports).map(([outcome, number]) => (
        <span key={outcome} className={`panel-tally outcome-${outcome}`}>
          <span aria-hidden="true">{OUTCOMES[outcome].icon}</span> {number}{' '}
          {number === 1 ? OUTCOMES[outcome].one : OUTCOMES[outcome].many}
        </span>
      ))}
      <span className="panel-objects">{plural(objects.size, 'object')}</span>
      {milliseconds >= 1 && <span className="panel-ms">{Math.round(milliseconds)} ms</span>}
    </>
  )
  return (
    <PanelSheet bar={bar}>
      <p className="panel-story">{explain(reports, prerendered)}</p>
      {prerendered && (
        <p className="panel-story">
          Next keeps this page as a file, made <TimeAgo at={new Date().toISOString()} />. It stays until one
          of its {plural(objects.size, 'object')} is expired; the fragments below were served when it was
          made.
        </p>
      )}
      <form action={expireKey}>
        <FragmentList nodes={fragmentTree(reports)} names={names} />
      </form>
      <p className="panel-hint">
        Open the objects of a fragment and press one: it is expired, and the page shows what that took with
        it.
      </p>
    </PanelSheet>
  )
}
