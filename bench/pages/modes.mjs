/**
 * The modes of caching, in the order of the tables. `path` begins the path of the page where it is not the name.
 * `etags: false` selects a server without ETags. Next sends the same document without a cache and with each of its own
 * caches, so the browser loads only one of these modes.
 */
export const modes = [
  { name: 'no-cache', title: 'no cache' },
  { name: 'use-cache', title: "`'use cache'`", browser: true },
  { name: 'use-cache-remote', title: "`'use cache: remote'`" },
  { name: 'unstable-cache', title: '`unstable_cache` of the data' },
  { name: 'hit', title: 'this library, hits', browser: true },
  { name: 'edit', title: 'this library, after an edit' },
  { name: 'edit-request', title: 'the request that edits, included above' },
  { name: 'miss', title: 'this library, cold', browser: true },
  { name: 'static', title: 'prerendered page', browser: true },
  { name: 'static-no-etag', path: 'static', title: 'prerendered page, `generateEtags: false`', etags: false },
  { name: 'empty', title: 'an empty dynamic page' },
]

/** Whether the last response of a visit shows the content of the page. */
export const hasContent = ({ name }) => name !== 'empty' && name !== 'edit-request'
