/**
 * The modes of caching, in the order of the tables. Each is a path of the site. Next sends the same document
 * without a cache and with each of its own caches, so the browser loads only one of these modes.
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
