import { Suspense } from 'react'
import { requestReport } from 'react-cache-content/next'
import { expireKey } from '../_actions/expireKey'
import { TimeAgo } from '../_components/TimeAgo'
import { getObjectNames } from '../_data/getObjectNames'
import { pluralize } from '../_lib/format'
import { buildFragmentTree } from './buildFragmentTree'
import { FragmentList } from './FragmentList'
import { OUTCOMES } from './outcomes'
import { PanelSheet } from './PanelSheet'
import { collectObjects, countOutcomes, summarizeReports } from './summarizeReports'

/**
 * Shows how the fragments of this page were served. It must come after all fragments of the page, and it
 * streams in when the last of them is complete.
 *
 * @param prerendered whether Next stores the page; the panel then describes the render that Next has stored
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
  const objects = collectObjects(reports)
  const names = await getObjectNames(objects)
  const milliseconds = reports
    .filter(({ parent }) => parent === undefined)
    .reduce((sum, { durationMs }) => sum + durationMs, 0)
  const bar = (
    <>
      {prerendered && <span className="panel-mark">prerendered</span>}
      {countOutcomes(reports).map(([outcome, number]) => (
        <span key={outcome} className={`outcome-${outcome}`}>
          <span aria-hidden="true">{OUTCOMES[outcome].icon}</span> {number}{' '}
          {number === 1 ? OUTCOMES[outcome].one : OUTCOMES[outcome].many}
        </span>
      ))}
      <span className="panel-objects">{pluralize(objects.size, 'object')}</span>
      {milliseconds >= 1 && <span className="panel-ms">{Math.round(milliseconds)} ms</span>}
    </>
  )
  return (
    <PanelSheet bar={bar}>
      <p className="panel-story">{summarizeReports(reports, prerendered)}</p>
      {prerendered && (
        <p className="panel-story">
          Next keeps this page as a file, rendered <TimeAgo at={new Date().toISOString()} />. Next serves the
          file until one of its {pluralize(objects.size, 'object')} is expired. The list below describes that
          render.
        </p>
      )}
      <form action={expireKey}>
        <FragmentList nodes={buildFragmentTree(reports)} names={names} />
      </form>
      <p className="panel-hint">
        Open the objects of a fragment and press one to expire it. The page then shows which fragments had to
        be rendered again.
      </p>
    </PanelSheet>
  )
}
