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
it asked for ${workerRequests.toLocaleString('en')} pages. When it was done after the last edit of a round, ${pagesLeftOld} of ${rounds * PAGES} pages were not up to date.

${PAGES} pages of ${STORIES} stories, each a fragment, and of a fragment with ${STORIES} teasers, each a fragment within it; the data of each takes 40 ms to
come. ${readers} readers come a second, whether or not those before them have been served; their milliseconds count from when
they were due to the last byte. ${edits} stories a second are edited, a page after the other. The ways take turns, in ${rounds} rounds of
${seconds} s; p50 and p99 of pages are medians of the rounds, all else is of the rounds together. Who waited is not guessed from the
time it took: it is every request that the site reports to have rendered a fragment, or to have joined a render of it. Every
request must be accounted for, and their sum must be that of the site's events. Written by \`npm run bench:rebuild\`.
${machine()}, Redis ${redis}; editor, worker and Redis share them too. What else ran there made a load of ${load.toFixed(1)} before.
`
}
