export const formatNumber = (value: number) => value.toLocaleString('en-US')

/** @example counted(2, 'fragment') // '2 fragments' */
export function pluralize(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(value)} ${value === 1 ? singular : plural}`
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value.toFixed(1)} ${units[unit]}`
}

/** @param date as `toISOString` writes it */
export function formatAge(date: string | null): string {
  if (date === null) return 'unknown'
  return `${date.replace(/\.\d+Z$/, 'Z')} (${formatDuration(Date.now() - Date.parse(date))} ago)`
}

export function formatDuration(milliseconds: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
  ] as const
  for (const [length, unit] of units) {
    if (milliseconds >= length) return `${Math.floor(milliseconds / length)} ${unit}`
  }
  return `${Math.max(0, Math.floor(milliseconds / 1000))} s`
}

/** Lines up columns; numbers, all but the first column, to the right. */
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
