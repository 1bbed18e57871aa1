/**
 * The modes of caching, in the order of the tables. `path` begins the path of the page, `work` is the expected work of
 * the server, and `etags: false` selects a server without ETags. Next sends the same document without a cache and with
 * each of its own caches, so the browser loads only one of these modes.
 */
export const modes = [
  { name: 'no-cache', title: 'no cache' },
  { name: 'use-cache', title: "`'use cache'`", browser: true },
  { name: 'use-cache-remote', title: "`'use cache: remote'`" },
  { name: 'unstable-cache', title: '`unstable_cache` of the data' },
  { name: 'hit', title: 'this library, hits', browser: true },
  { name: 'edit', title: 'this library, after an edit' },
  { name: 'miss', title: 'this library, cold', browser: true },
  { name: 'static', title: 'prerendered page', browser: true },
  { name: 'static-no-etag', path: 'static', title: 'prerendered page, `generateEtags: false`', etags: false },
  { name: 'empty', title: 'an empty dynamic page' },
]

/** Returns the path of a page, such as `/hit/20x30`. The empty page is the same for all shapes. */
export const getPagePath = ({ name, path = name }, page) =>
  name === 'empty' ? '/no-cache/empty' : `/${path}/${page}`
