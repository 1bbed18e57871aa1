/** How the site is told of an edit, in the order of the table. */
export const ways = [
  { name: 'expire', how: 'expire', title: '`expireObj`, no worker' },
  { name: 'refresh', how: 'refresh', title: '`refreshObj`, no worker' },
  { name: 'publish', how: 'publish', title: '`publishContent`, a worker', worker: true },
]
