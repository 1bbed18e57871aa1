import type { useRouter } from 'next/navigation.js'

export type Router = ReturnType<typeof useRouter>

/** The parts of `next/link` that the router has. */
export interface RouterLinks {
  /** Prefetches the page behind a link when the link comes near the viewport. */
  watch(anchor: Element, router: Router, prefetch: 'auto' | 'full' | 'none'): void
  unwatch(anchor: Element): void
  /** Prefetches the page behind a link that a visitor is about to follow. */
  prefetchOnIntent(anchor: Element, isDynamicOnHover: boolean): void
  /** Whether the router can show the page. If not, the browser loads it. */
  isLocal(href: string): boolean
  /** Returns the `href` that the site gave to `next/link`, without the base path that Next has put in front. */
  getHref(anchor: Element): string
}

/**
 * Does nothing. In a browser, `#routerLinks` in package.json is `routerLinks.browser.ts` instead. The modules of Next that it
 * imports cannot be loaded outside of a bundle, for instance by a script that expires content.
 */
export const routerLinks: RouterLinks = {
  watch() {},
  unwatch() {},
  prefetchOnIntent() {},
  isLocal: () => false,
  getHref: (anchor) => anchor.getAttribute('href') ?? '',
}
