import {
  mountLinkInstance,
  onNavigationIntent,
  unmountPrefetchableInstance,
} from 'next/dist/client/components/links.js'
import * as segmentTypes from 'next/dist/client/components/segment-cache/types.js'
import { hasBasePath } from 'next/dist/client/has-base-path.js'
import { removeBasePath } from 'next/dist/client/remove-base-path.js'
import { isLocalURL } from 'next/dist/shared/lib/router/utils/is-local-url.js'
import type { RouterLinks } from './routerLinks.ts'

/** See `routerLinks.ts`. */
export const routerLinks: RouterLinks = {
  watch(anchor, router, prefetch) {
    const strategy = prefetch === 'full' ? FetchStrategy.Full : FetchStrategy.PPR
    mountLinkInstance(
      anchor as HTMLAnchorElement,
      getHref(anchor),
      router,
      strategy,
      prefetch !== 'none',
      ignoreStatus,
      undefined,
    )
  },
  unwatch: (anchor) => unmountPrefetchableInstance(anchor as HTMLAnchorElement),
  prefetchOnIntent: (anchor, isDynamicOnHover) =>
    onNavigationIntent(anchor as HTMLAnchorElement, isDynamicOnHover),
  isLocal: isLocalURL,
  getHref,
}

function getHref(anchor: Element): string {
  const href = anchor.getAttribute('href') ?? ''
  return href.startsWith('/') && hasBasePath(href) ? removeBasePath(href) : href
}

function ignoreStatus(): void {}

/** Its type is a constant that TypeScript would put into this file, but its values change between versions. */
const { FetchStrategy } = segmentTypes as unknown as {
  readonly FetchStrategy: Readonly<Record<'PPR' | 'Full', Parameters<typeof mountLinkInstance>[3]>>
}
