/** The contents of the pages. The site has the same names in its own `shapes`. */
export const shapes = [
  { name: '20x30', title: '20 fragments of 30 items, two islands per fragment' },
  { name: '20x30-item', title: '20 fragments of 30 items, two islands per item' },
  { name: '100x3', title: '100 fragments of three items, two islands per fragment' },
  { name: '1x1000', title: 'One fragment of 1,000 items, two islands' },
  { name: 'nested', title: 'Nested three deep: a page of 6 sections of 20 items, two islands per section' },
  { name: 'table', title: 'One island in a table of 500 rows of 6 cells' },
  {
    name: 'waiting',
    title: 'as 20x30, where each fragment waits 50 ms for its data',
    page: '20x30?wait=50',
    // With more connections, the waits of one request would overlap with the rendering of others.
    connections: 1,
    without: ['static'],
    browser: false,
  },
]
