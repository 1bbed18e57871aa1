import type { FragmentReport } from 'react-cache-content/next'
import { pluralize } from '../_lib/format'
import { OUTCOMES, type Outcome } from './outcomes'

/** Counts the fragments per outcome, without the outcomes that do not occur. */
export function countOutcomes(reports: readonly FragmentReport[]): [Outcome, number][] {
  return (Object.keys(OUTCOMES) as Outcome[])
    .map((outcome): [Outcome, number] => [
      outcome,
      reports.filter((report) => report.outcome === outcome).length,
    ])
    .filter(([, number]) => number > 0)
}

/** Returns the objects on which any fragment of the page depends. */
export function collectObjects(reports: readonly FragmentReport[]): Set<string> {
  return new Set(reports.flatMap((report) => report.dependencies))
}

/**
 * Summarizes how the fragments were served, in one or two sentences.
 *
 * @param prerendered whether Next stores the page, so that a reload renders nothing
 */
export function summarizeReports(reports: readonly FragmentReport[], prerendered: boolean): string {
  const hits = reports.filter(({ outcome }) => outcome === 'hit' || outcome === 'stale').length
  const rendered = reports.length - hits
  if (reports.length === 0) return 'There is no cached fragment on this page.'
  if (rendered === 0) {
    return hits === 1
      ? 'The whole page came from the cache as one piece: no component ran, and no query was made.'
      : `All ${hits} fragments came from the cache: no component ran, and no query was made.`
  }
  const others =
    hits === 0
      ? ''
      : ` ${hits === 1 ? 'The other one was' : `The other ${hits} were`} still valid and came from the cache.`
  const cause = hits === 0 ? '' : ': the new or expired ones, and the fragments around them'
  const hint = prerendered ? '' : ' After a reload, the outermost fragment comes from the cache as one piece.'
  return `${pluralize(rendered, 'fragment')} had to be rendered${cause}.${others}${hint}`
}
