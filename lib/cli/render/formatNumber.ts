import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'

/** The limit of JavaScript dates. A damaged entry may exceed it. */
const MAX_DATE_MS = 8.64e15

export const formatNumber = (value: number) => value.toLocaleString('en-US')

/** @example pluralize(2, 'fragment') // '2 fragments' */
export function pluralize(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(value)} ${value === 1 ? singular : plural}`
}

export function formatBytes(bytes: number): string {
  return prettyBytes(bytes, { binary: true, maximumFractionDigits: 1 })
}

/** @returns a date as in JSON, or `null` for "never". */
export function formatDate(time: number): string | null {
  return Math.abs(time) <= MAX_DATE_MS ? new Date(time).toISOString() : null
}

/** @param date as `formatDate` returns it */
export function formatAge(date: string | null): string {
  if (date === null) return 'unknown'
  return `${date.replace(/\.\d+Z$/, 'Z')} (${formatDuration(Date.now() - Date.parse(date))} ago)`
}

/** A duration in its largest unit. A negative one, from clocks that disagree, counts as zero. */
export function formatDuration(milliseconds: number): string {
  return prettyMilliseconds(Math.max(0, milliseconds), { compact: true })
}

/** Aligns the first column to the left and all others, which hold numbers, to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
