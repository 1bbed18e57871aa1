import { MAX_ROUTE_LENGTH } from '../core/protocol.gen.ts'

/** Further work that a message brings with it. */
export interface AdditionalWork {
  /** Objects to expire or refresh as those of the message are. */
  readonly objects?: readonly string[]
  /** Routes to rebuild, such as `/feed.xml`. */
  readonly routes?: readonly string[]
}

/** Whether a text is a path of a site, and of no other: `//elsewhere` and `/\elsewhere` name another host. */
export function isRoute(route: unknown): route is string {
  return (
    typeof route === 'string' &&
    route.length <= MAX_ROUTE_LENGTH &&
    /^\/(?![/\\])/.test(route) &&
    !/[\p{Cc}\p{Surrogate}]/u.test(route)
  )
}
