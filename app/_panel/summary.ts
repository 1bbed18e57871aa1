import type { FragmentReport } from 'react-cache-content/next'
import { plural } from '../_lib/format'
import { OUTCOMES, type Outcome } from './outcomes'

/** How many fragments had each outcome, without the outcomes that none had. */
export function tally(reports: readonly FragmentReport[]): [Outcome, number][] {
  return (Object.keys(OUTCOMES) as Outcome[])
    .map((outcome): [Outcome, number] => [
      outcome,
      reports.filter((report) => report.outcome === outcome).length,
    ])
    .filter(([, number]) => number > 0)
}

/** The objects that anything on the page depends on. */
export function objectsOf(reports: readonly FragmentReport[]): Set<string> {
  return new Set(reports.flatMap((report) => report.dependencies))
}

/**
 * What happened, in a sentence.
 *
 * @param prerendered whether Next keeps the page: a reload then renders nothing
 */
export function explain(reports: readonly FragmentReport[], prerendered: boolean): string {
  const hits = reports.filter(({ outcome }) => outcome === 'hit' || outcome === 'stale').length
  const rendered = reports.length - hits
  if (reports.length === 0) return 'There is no cached fragment on this page.'
  if (rendered === 0) {
    return hits === 1
      ? 'The whole page came from the cache as one piece: no component in it ran, no query was made.'
      : `All ${hits} fragments came from the cache: no component in them ran, no query was made.`
  }
  const others =
    hits === 0
      ? ''
      : ` ${hits === 1 ? 'One more was' : `The other ${hits} were`} still good and came from the cache.`
  const cause = hits === 0 ? '' : ': what was new or expired, and the fragments around it'
  const next = prerendered ? '' : ' Reload, and the outermost comes from the cache as one piece.'
  return `${plural(rendered, 'fragment')} had to be rendered${cause}.${others}${next}`
}
