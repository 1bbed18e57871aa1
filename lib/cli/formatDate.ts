/** The end of JavaScript's calendar, in milliseconds: a damaged entry may claim more. */
const MAX_DATE_MS = 8.64e15

/** @returns `null` for never. */
export function formatDate(time: number): string | null {
  return Math.abs(time) <= MAX_DATE_MS ? new Date(time).toISOString() : null
}
