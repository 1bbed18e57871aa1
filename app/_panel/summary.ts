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

/** What happened, in a sentence. */
export function explain(reports: readonly FragmentReport[]): string {
  const hits = reports.filter(({ outcome }) => outcome === 'hit' || outcome === 'stale').length
  const rendered = reports.length - hits
  if (reports.length === 0) return 'There is no cached fragment on this page.'
  if (rendered === 0) {
    return hits === 1
      ? 'The whole page came from the cache as one piece: no component in it ran, no query was made.'
      : `All ${hits} fragments came from the cache: no component in them ran, no query was made.`
  }
  if (hits === 0) {
    return `${plural(rendered, 'fragment')} had to be rendered, each the first time or because something in it was expired. Reload, and the outermost comes from the cache.`
  }
  return `${plural(rendered, 'fragment')} had to be rendered: what was expired, and the fragments around it. The other ${hits} inside were still good and came from the cache.`
}
