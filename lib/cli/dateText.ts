/** The end of JavaScript's calendar, in milliseconds: a damaged entry may claim more. */
const LAST = 8.64e15

/** @returns `null` for never. */
export function dateText(time: number): string | null {
  return Math.abs(time) <= LAST ? new Date(time).toISOString() : null
}
