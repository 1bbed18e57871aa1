/** The ways to announce an edit to the site, in the order of the table. */
export const strategies = [
  { name: 'expire', mode: 'expire', title: '`expireObj`, no worker' },
  { name: 'refresh', mode: 'refresh', title: '`refreshObj`, no worker' },
  { name: 'publish', mode: 'publish', title: '`publishContent`, a worker', worker: true },
]
