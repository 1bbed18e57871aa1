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
    if (prefetch === 'none' || typeof IntersectionObserver !== 'function') return
    waiting.set(anchor, getMountOptions(router, prefetch))
    observer ??= new IntersectionObserver(mountVisible, { rootMargin: NEXT_MARGIN })
    observer.observe(anchor)
  },
  unwatch(anchor) {
    waiting.delete(anchor)
    observer?.unobserve(anchor)
    unmountPrefetchableInstance(anchor as HTMLAnchorElement)
  },
  prefetchOnIntent(anchor, isDynamicOnHover) {
    mount(anchor)
    onNavigationIntent(anchor as HTMLAnchorElement, isDynamicOnHover)
  },
  isLocal: isLocalURL,
  getHref,
}

interface MountOptions {
  readonly router: Router
  readonly strategy: Parameters<typeof mountLinkInstance>[3]
}

/**
 * The links that have not been near the viewport. Next parses the URL of each link that it observes and keeps an object for it. A
 * page may have thousands of links, and a visitor sees few of them.
 */
const waiting = new WeakMap<Element, MountOptions>()
let observer: IntersectionObserver | undefined

function mountVisible(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, intersectionRatio } of entries) if (intersectionRatio > 0) mount(target)
}

/** Passes a link to Next, which observes it from now on. Does nothing for a link that is passed, or no longer watched. */
function mount(anchor: Element): void {
  const options = waiting.get(anchor)
  if (options === undefined) return
  waiting.delete(anchor)
  observer?.unobserve(anchor)
  const { router, strategy } = options
  mountLinkInstance(
    anchor as HTMLAnchorElement,
    getHref(anchor),
    router,
    strategy,
    true,
    ignoreStatus,
    undefined,
  )
}

/** Links with the same options share an object. */
const mountOptions = new Map<'auto' | 'full', MountOptions>()

function getMountOptions(router: Router, prefetch: 'auto' | 'full'): MountOptions {
  let options = mountOptions.get(prefetch)
  if (options?.router !== router) {
    options = { router, strategy: prefetch === 'full' ? FetchStrategy.Full : FetchStrategy.PPR }
    mountOptions.set(prefetch, options)
  }
  return options
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
