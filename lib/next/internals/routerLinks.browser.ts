import {
  mountLinkInstance,
  onNavigationIntent,
  unmountPrefetchableInstance,
} from 'next/dist/client/components/links.js'
import * as segmentTypes from 'next/dist/client/components/segment-cache/types.js'
import { hasBasePath } from 'next/dist/client/has-base-path.js'
import { removeBasePath } from 'next/dist/client/remove-base-path.js'
import { isLocalURL } from 'next/dist/shared/lib/router/utils/is-local-url.js'
import type { Router, RouterLinks } from './routerLinks.ts'

/** See `routerLinks.ts`. */
export const routerLinks: RouterLinks = {
  watch(anchor, router, prefetch) {
    if (prefetch !== 'none') getObserver(router, prefetch)?.observe(anchor)
  },
  unwatch(anchor) {
    for (const observer of observers.values()) observer.unobserve(anchor)
    unmountPrefetchableInstance(anchor as HTMLAnchorElement)
  },
  prefetchOnIntent: (anchor, isDynamicOnHover) =>
    onNavigationIntent(anchor as HTMLAnchorElement, isDynamicOnHover),
  isLocal: isLocalURL,
  getHref,
}

/**
 * Finds the links that come near the viewport, by the way to prefetch them. Next parses the URL of each link that it observes
 * and keeps an object for it. A page may have thousands of links, and a visitor sees few of them.
 */
const observers = new Map<'auto' | 'full', IntersectionObserver>()

/** The router of a page is the same object until the page is left. */
function getObserver(router: Router, prefetch: 'auto' | 'full'): IntersectionObserver | undefined {
  if (typeof IntersectionObserver !== 'function') return undefined
  let observer = observers.get(prefetch)
  if (observer === undefined) {
    const strategy = prefetch === 'full' ? FetchStrategy.Full : FetchStrategy.PPR
    const mountVisible = (entries: readonly IntersectionObserverEntry[], self: IntersectionObserver) => {
      for (const { target, intersectionRatio } of entries) {
        if (intersectionRatio === 0) continue
        self.unobserve(target)
        // Next observes the link from now on.
        mountLinkInstance(
          target as HTMLAnchorElement,
          getHref(target),
          router,
          strategy,
          true,
          ignoreStatus,
          undefined,
        )
      }
    }
    observer = new IntersectionObserver(mountVisible, { rootMargin: NEXT_MARGIN })
    observers.set(prefetch, observer)
  }
  return observer
}

/** Of the observer in `links.js`. */
const NEXT_MARGIN = '200px'

function getHref(anchor: Element): string {
  const href = anchor.getAttribute('href') ?? ''
  return href.startsWith('/') && hasBasePath(href) ? removeBasePath(href) : href
}

function ignoreStatus(): void {}

/** Its type is a constant that TypeScript would put into this file, but its values change between versions. */
const { FetchStrategy } = segmentTypes as unknown as {
  readonly FetchStrategy: Readonly<Record<'PPR' | 'Full', Parameters<typeof mountLinkInstance>[3]>>
}
