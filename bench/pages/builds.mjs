/** The builds of the site, in the order of the columns. `create-next-app` enables `cacheComponents`. */
export const builds = [
  { name: 'on', title: '`cacheComponents` on' },
  { name: 'off', title: '`cacheComponents` off' },
]
