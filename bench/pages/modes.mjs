/**
 * What keeps the content of a page, in the order of the tables; each is a path of the site. Next sends one and the
 * same document whether and how it caches, so that a browser loads it once.
 */
export const modes = [
  { name: 'no-cache', title: 'no cache' },
  { name: 'use-cache', title: "`'use cache'`", browser: true },
  { name: 'use-cache-remote', title: "`'use cache: remote'`" },
  { name: 'unstable-cache', title: '`unstable_cache` of the data' },
  { name: 'hit', title: 'this library, hits', browser: true },
  { name: 'miss', title: 'this library, misses', browser: true },
  { name: 'static', title: 'prerendered page', browser: true },
]
