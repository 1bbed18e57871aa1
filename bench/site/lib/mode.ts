const modes = [
  'no-cache',
  'use-cache',
  'use-cache-remote',
  'unstable-cache',
  'hit',
  'hit-without-copies',
  'miss',
  'static',
] as const

/** What keeps the content of a page. */
export type Mode = (typeof modes)[number]

export const isMode = (name: string): name is Mode => modes.some((mode) => mode === name)
