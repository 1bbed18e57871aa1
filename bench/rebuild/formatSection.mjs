import { describeMachine } from '../pages/describeMachine.mjs'
import { formatStorms } from './formatStorms.mjs'
import { PAGES, STORIES } from './site.mjs'
import { strategies } from './strategies.mjs'

const formatMs = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0))
const formatShare = (part, all) => `${part} of ${all.toLocaleString('en')}`

/** Formats the results for docs/benchmarks.md. */
export function formatSection(summaries, storm, { rounds, seconds, readers, edits, redis, load }) {
  const rows = summaries.map((summary) => [
    strategies.find(({ name }) => name === summary.strategy).title,
    summary.edits,
    formatShare(summary.waitedForFill, summary.readers),
    ...['p50', 'p99', 'max'].map((field) => formatMs(summary.page[field])),
    formatShare(summary.shownOldCopy, summary.readers),
    summary.oldCopy ? `${formatMs(summary.oldCopy.p50)}, ${formatMs(summary.oldCopy.max)}` : '',
  ])
  const { editToRebuilt, workerRequests, stalePages } = summaries.at(-1)
  return `## After an edit

| | edits | readers who waited for a fill | page, ms: p50 | p99 | max | readers shown an old copy | for how long after the edit, ms: p50, max |
|---|---|---|---|---|---|---|---|
${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

From \`publishContent\` to \`rebuilt\`: p50 ${formatMs(editToRebuilt.p50)} ms, p99 ${formatMs(editToRebuilt.p99)} ms, maximum ${formatMs(editToRebuilt.max)} ms. This includes 50 ms in which the worker
collects changes. The worker requested ${workerRequests.toLocaleString('en')} pages. When it was idle after the last edit of a round, ${stalePages} of ${rounds * PAGES} pages
were out of date.

The site has ${PAGES} pages. Each page shows ${STORIES} stories, each of which is a fragment, and a fragment with ${STORIES} nested fragments for
teasers. Loading the data of a fragment takes 40 ms. ${readers} requests per second are sent, without waiting for earlier
responses. The page time counts from the planned time of the request to the last byte of the response. ${edits} stories per
second are edited, each on the next page. The strategies take turns in ${rounds} rounds of ${seconds} s. The p50 and p99 of pages are
medians of the rounds; all other figures cover all rounds. A reader counts as waiting for a fill when the site reports
that the request rendered a fragment or joined its render. The benchmark fails unless all requests are counted and their
sum equals the sum of the site's events. Written by \`npm run bench:rebuild\`. ${describeMachine()}, Redis ${redis}; editor,
worker and Redis share them too. The load of the machine before the benchmark was ${load.toFixed(1)}.

${formatStorms(storm)}`
}
