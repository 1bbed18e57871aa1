/** '14:03:09', where the reader is. */
export const timeOfDay = (at: number) => new Date(at).toLocaleTimeString('en-GB')
