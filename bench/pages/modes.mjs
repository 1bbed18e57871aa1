/**
 * The modes of caching, in the order of the tables. `path` begins the path of the page where it is not the name.
 * `etags: false` selects a server without ETags. Next sends the same document without a cache and with each of its own
 * caches, so the browser loads only one of these modes. Each target on the server compares modes of the same `group`,
 * apart from hits against no cache and an edit against hits. See `measureInterleaved`.
 */
export const modes = [
  { name: 'no-cache', title: 'no cache', group: 'renders' },
  { name: 'use-cache', title: "`'use cache'`", group: 'others', browser: true },
  { name: 'use-cache-remote', title: "`'use cache: remote'`", group: 'serves' },
  { name: 'unstable-cache', title: '`unstable_cache` of the data', group: 'others' },
  { name: 'hit', title: 'this library, hits', group: 'serves', browser: true },
  {
    name: 'plain',
    title: 'this library, hits of the same page with `<a>` and `<img>`',
    group: 'serves',
    browser: true,
  },
  {
    name: 'declared',
    title: 'this library, hits with the islands declared by `prerenderComponent`',
    group: 'serves',
    browser: true,
  },
  { name: 'edit', title: 'this library, after an edit', group: 'renders' },
  { name: 'edit-request', title: 'the request that edits, included above', group: 'renders' },
  { name: 'miss', title: 'this library, cold', group: 'renders', browser: true },
  { name: 'static', title: 'prerendered page', group: 'serves', browser: true },
  {
    name: 'static-no-etag',
    path: 'static',
    title: 'prerendered page, `generateEtags: false`',
    group: 'serves',
    etags: false,
  },
  { name: 'empty', title: 'an empty dynamic page', group: 'serves' },
]

/** Whether the last response of a visit shows the content of the page. */
export const hasContent = ({ name }) => name !== 'empty' && name !== 'edit-request'
