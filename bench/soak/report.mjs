import { quantile } from '../statistics.mjs'

/** What is told of one run of `soak`, as plain figures. */
export function summaryOf({ mode, seconds, latencies, editLatencies, worst, violations, ...counts }) {
  const { edits, failedEdits, reads, failedReads, titles, outcomes, allowed, lastError } = counts
  return {
    mode,
    seconds: Math.round(seconds),
    edits,
    editsPerSecond: round(edits / seconds),
    reads,
    readsPerSecond: round(reads / seconds),
    titles,
    outcomes,
    pageMilliseconds: times(latencies),
    editMilliseconds: times(editLatencies),
    worstLag: Object.fromEntries(Object.entries(worst).map(([kind, lag]) => [kind, Math.round(lag)])),
    allowedLag: allowed,
    failedEdits,
    failedReads,
    lastError,
    violations: violations.length,
    firstViolations: violations.slice(0, 20),
    // A soak that saw nothing proves nothing.
    passed: violations.length === 0 && failedEdits === 0 && failedReads === 0 && titles > 0 && edits > 0,
  }
}

export function textOf(summary) {
  const { mode, outcomes, worstLag, allowedLag, pageMilliseconds: page, editMilliseconds: edit } = summary
  const lag = (kind) => `${worstLag[kind]} ms (${allowedLag[kind]} allowed)`
  return `${mode}: ${summary.passed ? 'no page was older than it may be' : 'FAILED'}
  ${summary.seconds} s, ${summary.edits} edits (${summary.editsPerSecond}/s), ${summary.reads} pages (${summary.readsPerSecond}/s), ${summary.titles} titles checked
  fragments: ${Object.entries(outcomes)
    .map(([outcome, number]) => `${number} ${outcome}`)
    .join(', ')}
  page: median ${page.median} ms, p99 ${page.p99} ms; edit: median ${edit.median} ms, p99 ${edit.p99} ms
  worst lag: edits of the same process ${lag('sameProcess')}, of the other ${lag('others')}
  worst lag on prerendered pages: of the same process ${lag('prerendered')}, of the other ${lag('prerenderedOthers')}
  failed: ${summary.failedEdits} edits, ${summary.failedReads} pages${summary.lastError ? `; last: ${summary.lastError}` : ''}
  violations: ${summary.violations}${summary.firstViolations.map((violation) => `\n    ${JSON.stringify(violation)}`).join('')}
`
}

/** For docs/benchmarks.md. */
export function sectionOf(summaries, { cores, editsPerSecond: target }) {
  const cell = (read) => summaries.map(read).join(' | ')
  const rows = [
    ['seconds', ({ seconds }) => seconds],
    [
      `edits (${target}/s asked for)`,
      ({ edits, editsPerSecond }) => `${number(edits)} (${editsPerSecond}/s)`,
    ],
    ['pages read', ({ reads, readsPerSecond }) => `${number(reads)} (${readsPerSecond}/s)`],
    ['titles checked', ({ titles }) => number(titles)],
    [
      'fragments served: hit, joined, rendered',
      ({ outcomes: o }) => `${number(o.hit)}, ${number(o.join)}, ${number(o.miss)}`,
    ],
    ['worst lag, edits of the same process', ({ worstLag }) => `${worstLag.sameProcess} ms`],
    ['worst lag, edits of the other process', ({ worstLag }) => `${worstLag.others} ms`],
    ['prerendered pages, edits of the same process', ({ worstLag }) => `${worstLag.prerendered} ms`],
    ['prerendered pages, edits of the other process', ({ worstLag }) => `${worstLag.prerenderedOthers} ms`],
    ['violations', ({ violations }) => violations],
  ]
  return `## Soak

Two processes of the demo on one Redis, edited through its API and read at the same time. Every title on every page is compared
with the last edit that was acknowledged before the page was requested. Written by \`npm run soak -- --minutes 5 --write\`. ${cores}, shared by both processes, Redis, editors and readers.

| | ${cell(({ mode }) => mode)} |
|---|${summaries.map(() => '---|').join('')}
${rows.map(([what, read]) => `| ${what} | ${cell(read)} |`).join('\n')}

Allowed are 0 ms in strict mode, and 1000 ms for edits of the other process in eventual mode. A page that Next
prerenders, and that is being rendered when an expiry arrives, is rendered again up to a few seconds later: 4000 ms are allowed
there.
`
}

const times = (milliseconds) => ({
  median: Math.round(quantile(milliseconds, 0.5) ?? 0),
  p99: Math.round(quantile(milliseconds, 0.99) ?? 0),
})
const round = (value) => Math.round(value * 10) / 10
const number = (value) => value.toLocaleString('en')
