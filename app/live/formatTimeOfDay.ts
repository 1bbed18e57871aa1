/** Formats a time as '14:03:09' in the visitor's time zone. */
export const formatTimeOfDay = (at: number) => new Date(at).toLocaleTimeString('en-GB')
