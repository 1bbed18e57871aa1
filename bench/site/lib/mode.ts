const modes = [
  'no-cache',
  'use-cache',
  'use-cache-remote',
  'unstable-cache',
  'hit',
  'hit-without-copies',
  'plain',
  'declared',
  'edit',
  'miss',
  'static',
] as const

/** The way in which the content of a page is cached. */
export type Mode = (typeof modes)[number]

export const isMode = (name: string): name is Mode => modes.some((mode) => mode === name)
