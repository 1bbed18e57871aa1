import { getRatio } from './compareRounds.mjs'
import { formatKib, formatRatio, formatTable, getMedian } from './formatTable.mjs'
import { shapes } from './shapes.mjs'

/** The shapes in README.md: plain markup, nested and small fragments, and the one with the most work for React. */
const shownShapes = ['20x30', '20x30-nested', '100x3', '1x1000', '20x30-item']

/** Formats the figures that README.md shows, of the build with `cacheComponents`. Undefined when one is missing. */
export function formatSummary(results) {
  if (!shownShapes.every((name) => results[name]?.on)) return undefined
  const header = [
    'server CPU per page, ms',
    'no cache',
    "`'use cache: remote'`",
    'prerendered',
    'this library: a hit',
    'after an edit',
    'cold',
    'pages/s, no cache to hits',
    'KiB, no cache to hits',
  ]
  const rows = shownShapes.map((name) => {
    const byMode = results[name].on
    const plain = byMode['no-cache']
    const formatCpu = (mode) => (byMode[mode] ? getMedian(byMode[mode].server, 'cpu').toFixed(1) : '')
    const formatWithRatio = (mode) =>
      byMode[mode]
        ? `${formatCpu(mode)} (${formatRatio(getRatio(byMode[mode].server, plain.server, 'cpu'))})`
        : ''
    return [
      shapes.find((shape) => shape.name === name).title,
      formatCpu('no-cache'),
      formatCpu('use-cache-remote'),
      formatCpu('static'),
      formatWithRatio('hit'),
      formatWithRatio('edit'),
      formatWithRatio('miss'),
      [plain, byMode.hit].map(({ server }) => getMedian(server, 'perSecond').toFixed(0)).join(' to '),
      [plain, byMode.hit].map(({ bytes }) => formatKib(bytes)).join(' to '),
    ]
  })
  return formatTable(header, rows)
}
