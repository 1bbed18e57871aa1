import { median } from '../statistics.mjs'

export const formatRatio = (value) => `${value.toFixed(2)}×`
export const formatKib = (bytes) => (bytes / 1024).toFixed(bytes < 100 * 1024 ? 1 : 0)
export const getMedian = (rounds, field) => median(rounds.map((round) => round[field]))

export function formatTable(header, rows) {
  const formatRow = (cells) => `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`
  return [formatRow(header), `|${'---|'.repeat(header.length)}`, ...rows.map(formatRow)].join('\n')
}
