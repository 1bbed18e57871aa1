import { quantile } from '../statistics.mjs'

/** Summarizes one run of `soak`. */
export function summarizeSoak({ mode, seconds, latencies, editLatencies, worstLag, violations, ...counts }) {
  const { edits, failedEdits, reads, failedReads, titles, outcomes, allowedLag, lastError } = counts
  return {
    mode,
    seconds: Math.round(seconds),
    edits,
    editsPerSecond: round(edits / seconds),
    reads,
    readsPerSecond: round(reads / seconds),
    titles,
    outcomes,
    pageMilliseconds: summarizeLatencies(latencies),
    editMilliseconds: summarizeLatencies(editLatencies),
    worstLag: Object.fromEntries(Object.entries(worstLag).map(([kind, lag]) => [kind, Math.round(lag)])),
    allowedLag,
    failedEdits,
    failedReads,
    lastError,
    violations: violations.length,
    firstViolations: violations.slice(0, 20),
    // A run without edits or titles proves nothing.
    passed: violations.length === 0 && failedEdits === 0 && failedReads === 0 && titles > 0 && edits > 0,
  }
}

export function formatSummary(summary) {
  const { mode, outcomes, worstLag, allowedLag, pageMilliseconds: page, editMilliseconds: edit } = summary
  const formatLag = (kind) => `${worstLag[kind]} ms (${allowedLag[kind]} allowed)`
  return `${mode}: ${summary.passed ? 'no page was too old' : 'FAILED'}
  ${summary.seconds} s, ${summary.edits} edits (${summary.editsPerSecond}/s), ${summary.reads} pages (${summary.readsPerSecond}/s), ${summary.titles} titles checked
  fragments: ${Object.entries(outcomes)
    .map(([outcome, number]) => `${number} ${outcome}`)
    .join(', ')}
  page: median ${page.median} ms, p99 ${page.p99} ms; edit: median ${edit.median} ms, p99 ${edit.p99} ms
  worst lag: edits of the same process ${formatLag('sameProcess')}, of the other process ${formatLag('others')}
  worst lag on prerendered pages: edits of the same process ${formatLag('prerendered')}, of the other process ${formatLag('prerenderedOthers')}
  failed: ${summary.failedEdits} edits, ${summary.failedReads} pages${summary.lastError ? `; last: ${summary.lastError}` : ''}
  violations: ${summary.violations}${summary.firstViolations.map((violation) => `\n    ${JSON.stringify(violation)}`).join('')}
`
}

/** Formats the results for docs/benchmarks.md. */
export function formatSection(summaries, { cores, editsPerSecond: target }) {
  const formatCells = (format) => summaries.map(format).join(' | ')
  const rows = [
    ['seconds', ({ seconds }) => seconds],
    [
      `edits (target ${target}/s)`,
      ({ edits, editsPerSecond }) => `${formatNumber(edits)} (${editsPerSecond}/s)`,
    ],
    ['pages read', ({ reads, readsPerSecond }) => `${formatNumber(reads)} (${readsPerSecond}/s)`],
    ['titles checked', ({ titles }) => formatNumber(titles)],
    [
      'fragments served: hit, joined, rendered',
      ({ outcomes: { hit, join, miss } }) => [hit, join, miss].map(formatNumber).join(', '),
    ],
    ['worst lag, edits of the same process', ({ worstLag }) => `${worstLag.sameProcess} ms`],
    ['worst lag, edits of the other process', ({ worstLag }) => `${worstLag.others} ms`],
    ['prerendered pages, edits of the same process', ({ worstLag }) => `${worstLag.prerendered} ms`],
    ['prerendered pages, edits of the other process', ({ worstLag }) => `${worstLag.prerenderedOthers} ms`],
    ['violations', ({ violations }) => violations],
  ]
  return `## Soak

Two processes of the demo run on one Redis. Editors change films through the demo's API while readers request pages.
Every title on every page is compared with the last edit that was acknowledged before the request. Written by
\`npm run soak -- --minutes 5 --write\`. ${cores}, shared by both processes, Redis, editors and readers.

| | ${formatCells(({ mode }) => mode)} |
|---|${summaries.map(() => '---|').join('')}
${rows.map(([title, format]) => `| ${title} | ${formatCells(format)} |`).join('\n')}

The allowed lag is 0 ms in strict mode, and 1000 ms for edits of the other process in eventual mode. It is 4000 ms on
prerendered pages, because Next renders a page again up to a few seconds later when an expiry occurs during its render.
`
}

const summarizeLatencies = (milliseconds) => ({
  median: Math.round(quantile(milliseconds, 0.5) ?? 0),
  p99: Math.round(quantile(milliseconds, 0.99) ?? 0),
})
const round = (value) => Math.round(value * 10) / 10
const formatNumber = (value) => value.toLocaleString('en')
