import { EDIT_INTERVAL_MS, EDITS_PER_STORM } from './measureStorms.mjs'
import { FRONTS } from './site.mjs'

/** Formats the results of the edit storms for docs/benchmarks.md. */
export function formatStorms({ storms, rebuilds, cpuPerRebuild, cpuPerUncachedRequest, ratio }) {
  return `### An edit storm on large pages

| a page of 621 fragments: 20 sections of 30 rows | server CPU, ms | against no cache |
|---|---|---|
| a rebuild by the worker | ${cpuPerRebuild.toFixed(1)} | ${ratio.toFixed(2)}× |
| a request without a cache | ${cpuPerUncachedRequest.toFixed(1)} | |

A storm edits ${EDITS_PER_STORM} random rows of ${FRONTS} such pages with \`publishContent\`, one every ${EDIT_INTERVAL_MS} ms and without readers, and the
CPU time of the site's process until the worker is idle is divided by the number of rebuilds. Storms and requests without
a cache take turns in ${storms} rounds with ${rebuilds} rebuilds in total. Both kinds of requests accept gzip. The times are medians of
the rounds, and the ratio is the ratio of the medians. The benchmark fails unless each page is up to date and needs no
render after each storm.
`
}
