import { modes } from './modes.mjs'

const usualModes = ['no-cache', 'use-cache', 'use-cache-remote', 'hit', 'miss', 'static']

/**
 * The contents of the pages. The site has the same names in its own `shapes`. `edit` is the expected work of the server
 * after an edit of one item: the fragments that contain it, and the hits beside them.
 */
export const shapes = [
  {
    name: '20x30',
    title: '20 fragments of 30 items, two islands per fragment',
    modes: modes
      .map(({ name }) => name)
      .filter((name) => !['edit-request', 'plain', 'declared'].includes(name)),
    edit: { rendered: 1, hit: 19 },
  },
  {
    name: '20x30-item',
    title: '20 fragments of 30 items, two islands per item',
    modes: [...usualModes, 'edit'],
    edit: { rendered: 1, hit: 19 },
  },
  {
    name: '20x30-nested',
    title: '621 fragments nested three deep: a page of 20 sections of 30 rows, two islands per section',
    modes: [...usualModes, 'edit', 'edit-request', 'empty'],
    edit: { rendered: 3, hit: 19 + 29 },
  },
  {
    name: '6x20-nested',
    title: '127 fragments nested three deep: a page of 6 sections of 20 rows, two islands per section',
    modes: [...usualModes, 'edit', 'edit-request', 'empty'],
    edit: { rendered: 3, hit: 5 + 19 },
    browser: false,
  },
  {
    name: '100x3',
    title: '100 fragments of three items, two islands per fragment',
    modes: [...usualModes, 'edit', 'empty'],
    edit: { rendered: 1, hit: 99 },
  },
  {
    name: '600x1',
    title: '600 fragments of one item, two islands per fragment',
    modes: [...usualModes, 'edit', 'empty'],
    edit: { rendered: 1, hit: 599 },
    browser: false,
  },
  { name: '1x1000', title: 'one fragment of 1,000 items, two islands', modes: usualModes },
  { name: 'table', title: 'one island in a table of 500 rows of 6 cells', modes: usualModes },
  {
    name: 'cards',
    title: '20 fragments of 10 cards, each with three `next/link` and a `next/image`; one island on the page',
    modes: ['no-cache', 'use-cache', 'hit', 'plain', 'edit', 'miss', 'static', 'empty'],
    edit: { rendered: 1, hit: 19 },
  },
  {
    name: 'cms',
    title:
      '10 fragments, each an article with 8 KB of HTML from a content management system; one island on the page',
    modes: ['no-cache', 'use-cache', 'hit', 'miss', 'static', 'empty'],
  },
  {
    name: 'buttons',
    title: 'one fragment: a table of 500 rows of 6 cells, an island in each row',
    modes: ['no-cache', 'use-cache', 'hit', 'declared', 'miss', 'static', 'empty'],
  },
  {
    name: 'prefetch',
    title:
      'as 20x30, of data that depends on the URL alone. With `cacheComponents`, Next renders such a page twice',
    page: '20x30?prefetch=1',
    modes: ['no-cache', 'use-cache', 'use-cache-remote', 'hit'],
    browser: false,
  },
  {
    name: 'waiting',
    title: 'as 20x30, where each fragment waits 50 ms for its data',
    page: '20x30?wait=50',
    // With more connections, the waits of one request would overlap with the rendering of others.
    connections: 1,
    modes: ['no-cache', 'use-cache', 'use-cache-remote', 'unstable-cache', 'hit', 'edit', 'miss'],
    edit: { rendered: 1, hit: 19 },
    browser: false,
  },
]

/** The shapes that the part `redis` measures with their fragments in Redis. */
export const redisShapes = ['20x30-nested', '6x20-nested', '100x3'].map((page) => ({
  ...shapes.find(({ name }) => name === page),
  name: `Redis, ${page}`,
  page,
  modes: ['no-cache', 'hit', 'edit', 'edit-request', 'miss'],
  browser: false,
}))

/** The levels of pages in which each fragment contains the next. */
export const depths = [50, 100, 200, 400]

/** Without a cache, React's renderer of HTML runs out of stack on deeper pages. */
export const MAX_UNCACHED_DEPTH = 200
