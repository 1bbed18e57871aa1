import { isNextSince, projectNext } from '../../../support/nextVersion.ts'

/** A route of the site that Next caches. */
export interface CachedRoute {
  /** `[id]` and `[locale]` stand for an id. */
  readonly route: string
  /** The API of Next that it shows. */
  readonly api: string
  /** In which builds it is. Default: all. */
  readonly only?: 'cacheComponents' | 'segmentConfigs'
  /** The error of builds before a minor of Next. Default: all minors build it. */
  readonly refused?: { readonly before: string; readonly error: string }
  /** Whether its data has its key as a tag. */
  readonly isTagged?: boolean
  /** Whether it shows the object `film:<key>`. */
  readonly isRegistered?: boolean
  /** Whether its data stays when its path is revalidated, because it is in a fragment. */
  readonly isInFragment?: boolean
  /** Whether each request renders a part of it. */
  readonly isPartlyDynamic?: boolean
  /** Whether it has no value at first. */
  readonly isMissing?: boolean
  readonly isHandler?: boolean
}

/** Every caching API of Next once. The keys in the CMS are `<name>/<id>`, and the name is the static part of the route. */
const ROUTES: readonly CachedRoute[] = [
  { route: '/fixed', api: 'a prerendered page with a fragment', isRegistered: true, isInFragment: true },
  {
    route: '/fragment/[id]',
    api: 'generateStaticParams with a fragment',
    isRegistered: true,
    isInFragment: true,
  },
  { route: '/unstable/[id]', api: 'unstable_cache', isTagged: true },
  { route: '/nested/[id]', api: 'unstable_cache in unstable_cache', isTagged: true },
  { route: '/fetched/[id]', api: 'fetch with tags', isTagged: true },
  { route: '/lasting/[id]', api: 'fetch without tags' },
  { route: '/missing/[id]', api: 'notFound', isTagged: true, isMissing: true },
  { route: '/redirect/[id]', api: 'redirect', isTagged: true },
  { route: '/[locale]/greeting', api: 'a root layout with a param', isTagged: true },
  { route: '/isr/[id]', api: 'revalidate', only: 'segmentConfigs' },
  {
    route: '/feed/[id]',
    api: 'a static route handler',
    only: 'segmentConfigs',
    isTagged: true,
    isHandler: true,
  },
  { route: '/use-cache/[id]', api: "'use cache'", only: 'cacheComponents', isTagged: true },
  { route: '/remote/[id]', api: "'use cache: remote'", only: 'cacheComponents', isTagged: true },
  { route: '/inner/[id]', api: "'use cache' in 'use cache'", only: 'cacheComponents', isTagged: true },
  { route: '/children/[id]', api: "'use cache' with children", only: 'cacheComponents', isTagged: true },
  {
    route: '/shell/[id]',
    api: 'a shell with a dynamic hole',
    only: 'cacheComponents',
    isTagged: true,
    isPartlyDynamic: true,
  },
  { route: '/fallback/[id]', api: 'a fallback shell', only: 'cacheComponents', isTagged: true },
  {
    route: '/seconds/[id]',
    api: "'use cache' with a short life",
    only: 'cacheComponents',
    isTagged: true,
    isPartlyDynamic: true,
  },
  {
    route: '/cached-feed/[id]',
    api: "a route handler with 'use cache'",
    only: 'cacheComponents',
    isTagged: true,
    isHandler: true,
  },
  {
    route: '/[locale]/root-param',
    api: "a root param in 'use cache'",
    only: 'cacheComponents',
    refused: { before: '16.2', error: 'inside `"use cache"`' },
    isTagged: true,
  },
  {
    route: '/registered/[id]',
    api: "registerContent in 'use cache'",
    only: 'cacheComponents',
    isTagged: true,
    isRegistered: true,
  },
  {
    route: '/fragment-around/[id]',
    api: "a fragment around 'use cache'",
    only: 'cacheComponents',
    isTagged: true,
    isRegistered: true,
    isInFragment: true,
  },
  {
    route: '/fragment-within/[id]',
    api: "'use cache' around a fragment",
    only: 'cacheComponents',
    isRegistered: true,
    isInFragment: true,
  },
]

/** Ids whose values the tests edit: one that the build renders, and one that it does not. */
export const EDITED_IDS = ['a', 'b'] as const
/** The build renders it, and no test edits it. */
export const KEPT_ID = 'kept'

/** @param next the version of Next */
export function getRoutes(cacheComponents: boolean, next = projectNext): readonly CachedRoute[] {
  const absent = cacheComponents ? 'segmentConfigs' : 'cacheComponents'
  return ROUTES.filter((route) => route.only !== absent && !isRefused(route, next))
}

/** The routes whose build a version of Next refuses. */
export function getRefusedRoutes(next = projectNext): readonly CachedRoute[] {
  return ROUTES.filter((route) => isRefused(route, next))
}

function isRefused({ refused }: CachedRoute, next: string): boolean {
  return refused !== undefined && !isNextSince(next, refused.before)
}

/** A route and an id. */
export interface CachedPath extends CachedRoute {
  readonly path: string
  /** Its key in the CMS, and its tag. */
  readonly key: string
}

/** The route as `revalidatePath` of a page needs it, with its group. */
export function getPageOf({ route }: CachedRoute): string {
  return route.startsWith('/[locale]') ? route : `/(site)${route}`
}

const PARAM = /\[\w+\]/

export function getPaths(routes: readonly CachedRoute[], ids: readonly string[]): CachedPath[] {
  return routes.flatMap((route) => {
    const name = route.route.replace(PARAM, '').replaceAll('/', '')
    const usedIds = PARAM.test(route.route) ? ids : ids.slice(0, 1)
    return usedIds.map((id) => ({ ...route, path: route.route.replace(PARAM, id), key: `${name}/${id}` }))
  })
}
