/**
 * What keeps the content of a page, in the order of the tables; each is a path of the site. The documents of those
 * that a browser does not load differ in nothing but their address from one that it does.
 */
export const modes = [
  { name: 'no-cache', title: 'no cache', browser: true },
  { name: 'use-cache', title: "`'use cache'`", browser: true },
  { name: 'use-cache-remote', title: "`'use cache: remote'`" },
  { name: 'unstable-cache', title: '`unstable_cache` of the data' },
  { name: 'hit', title: 'this library, hits', browser: true },
  { name: 'miss', title: 'this library, misses', browser: true },
  { name: 'static', title: 'prerendered page', browser: true },
]
