const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July',
  'August', 'September', 'October', 'November', 'December',
] // biome-ignore format: one list

/** '$28.3 million' */
export function money(dollars: number): string {
  const [amount, unit] =
    dollars >= 999_500_000
      ? [dollars / 1e9, ' billion']
      : dollars >= 999_500
        ? [dollars / 1e6, ' million']
        : [dollars, '']
  return `$${amount.toLocaleString('en-US', { maximumFractionDigits: amount < 100 && unit ? 1 : 0 })}${unit}`
}

/** '$28.3M' */
export function shortMoney(dollars: number): string {
  return money(dollars).replace(' billion', 'B').replace(' million', 'M')
}

/** '23 September 1994' of '1994-09-23' */
export function longDay(day: string): string {
  return `${Number(day.slice(8, 10))} ${monthYear(day)}`
}

/** 'September 1994' of '1994-09-23' */
export function monthYear(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`
}

export const count = (n: number) => n.toLocaleString('en-US')
/** Rounded in two steps, so that a mean of 7.35 is 7.4 however its sum was rounded. */
export const oneDecimal = (n: number) => (Math.round(Number((n * 10).toFixed(6))) / 10).toFixed(1)

/** '1 film', '3 films' */
export const plural = (n: number, one: string, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`

/** '2 h 22 min' of 142 */
export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  return [hours > 0 && `${hours} h`, minutes % 60 > 0 && `${minutes % 60} min`].filter(Boolean).join(' ')
}

/** '45 s', '3 min', '2 h' */
export function age(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}

/** '812 B', '14 KB' */
export const bytes = (size: number) => (size < 1_000 ? `${size} B` : `${Math.round(size / 1_000)} KB`)
