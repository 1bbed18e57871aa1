const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July',
  'August', 'September', 'October', 'November', 'December',
] // biome-ignore format: one list

/** Formats an amount as '$28.3 million'. */
export function formatMoney(dollars: number): string {
  const [amount, unit] =
    dollars >= 999_500_000
      ? [dollars / 1e9, ' billion']
      : dollars >= 999_500
        ? [dollars / 1e6, ' million']
        : [dollars, '']
  return `$${amount.toLocaleString('en-US', { maximumFractionDigits: amount < 100 && unit ? 1 : 0 })}${unit}`
}

/** Formats an amount as '$28.3M'. */
export function formatShortMoney(dollars: number): string {
  return formatMoney(dollars).replace(' billion', 'B').replace(' million', 'M')
}

/** Formats '1994-09-23' as '23 September 1994'. */
export function formatDay(day: string): string {
  return `${Number(day.slice(8, 10))} ${formatMonth(day)}`
}

/** Formats '1994-09-23' as 'September 1994'. */
export function formatMonth(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`
}

export const formatCount = (n: number) => n.toLocaleString('en-US')
/** Formats with one decimal. Rounding in two steps makes a mean of 7.35 always 7.4 in spite of float errors. */
export const formatDecimal = (n: number) => (Math.round(Number((n * 10).toFixed(6))) / 10).toFixed(1)

/** Formats a count with its noun: '1 film', '3 films'. */
export const pluralize = (n: number, one: string, many = `${one}s`) =>
  `${formatCount(n)} ${n === 1 ? one : many}`

/** Formats 142 as '2 h 22 min'. */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  return [hours > 0 && `${hours} h`, minutes % 60 > 0 && `${minutes % 60} min`].filter(Boolean).join(' ')
}

/** Formats an age as '45 s', '3 min' or '2 h'. */
export function formatAge(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}

/** Formats a size as '812 B' or '14 KB'. */
export const formatBytes = (size: number) => (size < 1_000 ? `${size} B` : `${Math.round(size / 1_000)} KB`)
