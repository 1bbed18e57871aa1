/** Further work that a message brings with it. */
export interface FurtherWork {
  /** Objects to expire or refresh as those of the message are. */
  readonly objects?: readonly string[]
  /** Routes to rebuild, such as `/feed.xml`. */
  readonly routes?: readonly string[]
}

const LONGEST_ROUTE = 1_000

/** Whether a text is a path of a site, and of no other: `//elsewhere` and `/\elsewhere` name another host. */
export function isRoute(route: unknown): route is string {
  return (
    typeof route === 'string' &&
    route.length <= LONGEST_ROUTE &&
    /^\/(?![/\\])/.test(route) &&
    !/[\p{Cc}\p{Surrogate}]/u.test(route)
  )
}
