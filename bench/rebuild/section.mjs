import { machine } from '../pages/machine.mjs'
import { PAGES, STORIES } from './site.mjs'
import { strategies } from './strategies.mjs'

const ms = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0))
const share = (part, all) => `${part} of ${all.toLocaleString('en')}`

/** For docs/benchmarks.md. */
export function sectionOf(summaries, { rounds, seconds, readers, edits, redis, load }) {
  const rows = summaries.map((summary) => [
    strategies.find(({ name }) => name === summary.strategy).title,
    summary.edits,
    share(summary.waitedForFill, summary.readers),
    ...['p50', 'p99', 'max'].map((which) => ms(summary.page[which])),
    share(summary.shownOldCopy, summary.readers),
    summary.oldCopy ? `${ms(summary.oldCopy.p50)}, ${ms(summary.oldCopy.max)}` : '',
  ])
  const { editToRebuilt, workerRequests, pagesLeftOld } = summaries.at(-1)
  return `## After an edit

| | edits | readers who waited for a fill | page, ms: p50 | p99 | max | readers shown an old copy | for how long after the edit, ms: p50, max |
|---|---|---|---|---|---|---|---|
${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

From \`publishContent\` to \`rebuilt\`: p50 ${ms(editToRebuilt.p50)} ms, p99 ${ms(editToRebuilt.p99)} ms, longest ${ms(editToRebuilt.max)} ms, of which the worker collects changes for 50 ms;
it requested ${workerRequests.toLocaleString('en')} pages. When it was done after the last edit of a round, ${pagesLeftOld} of ${rounds * PAGES} pages were not up to date.

${PAGES} pages. Each has ${STORIES} stories, each a fragment, and a fragment with ${STORIES} teasers, each a nested fragment. The data of each fragment
takes 40 ms to load. ${readers} readers arrive a second, whether or not earlier ones have been served. Their milliseconds count from the
planned arrival to the last byte. ${edits} stories a second are edited, one page after the other. The strategies take turns, in ${rounds} rounds of
${seconds} s. p50 and p99 of pages are medians of the rounds, all other figures are of all rounds together. A reader waited if the site
reports that the request rendered a fragment or joined a render. Every request must be accounted for, and their sum must equal
that of the site's events. Written by \`npm run bench:rebuild\`.
${machine()}, Redis ${redis}; editor, worker and Redis share them too. Other programs made a load of ${load.toFixed(1)} before.
`
}
