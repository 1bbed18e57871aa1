import type { MouseEvent, SyntheticEvent } from 'react'
import { routerLinks } from '#routerLinks'
import type { Router } from '../internals/routerLinks.ts'
import type { LinkOptions } from '../linkOptions.ts'

/**
 * The handlers of all links in an element. React calls them on the element that shows the HTML: so they run after the browser's own
 * listeners on the link, and before the handlers of components around it, as they do for a `next/link`.
 *
 * Follows `LinkComponent` in `next/dist/client/app-dir/link.js`.
 *
 * @param findOptions returns nothing for an `<a>` in `root` that is no `next/link`
 */
export function createLinkHandlers(
  router: Router,
  findOptions: (anchor: Element, root: Element) => LinkOptions | undefined,
) {
  const findLink = ({ target, currentTarget }: SyntheticEvent<Element>): Link | undefined => {
    // The fields of a form hide its methods by their names.
    const anchor = target instanceof Element ? Element.prototype.closest.call(target, 'a') : null
    if (anchor === null || !Node.prototype.contains.call(currentTarget, anchor)) return undefined
    const options = findOptions(anchor, currentTarget)
    return options && { anchor, options }
  }
  return {
    onClick(event: MouseEvent<Element>) {
      const link = findLink(event)
      if (link && !event.defaultPrevented) follow(event, link, router)
    },
    onMouseOver(event: MouseEvent<Element>) {
      const link = findLink(event)
      if (link === undefined || process.env.NODE_ENV === 'development') return
      // React has no event that enters one of the elements in HTML.
      if (link.anchor.contains(event.relatedTarget as Node | null)) return
      prefetchOnIntent(link)
    },
    onTouchStart(event: SyntheticEvent<Element>) {
      const link = findLink(event)
      if (link && !process.env.__NEXT_LINK_NO_TOUCH_START) prefetchOnIntent(link)
    },
  }
}

interface Link {
  readonly anchor: Element
  readonly options: LinkOptions
}

function prefetchOnIntent({ anchor, options }: Link): void {
  if (options.prefetch !== 'none') routerLinks.prefetchOnIntent(anchor, options.isDynamicOnHover)
}

function follow(event: MouseEvent, { anchor, options }: Link, router: Router): void {
  if (opensElsewhere(event, anchor) || anchor.hasAttribute('download')) return
  const href = routerLinks.getHref(anchor)
  if (!routerLinks.isLocal(href)) {
    if (!options.replaces) return
    // A browser adds an entry to the history.
    event.preventDefault()
    location.replace(href)
    return
  }
  event.preventDefault()
  const navigate = options.replaces ? router.replace : router.push
  navigate(href, { scroll: options.scrolls })
}

function opensElsewhere(event: MouseEvent, anchor: Element): boolean {
  const target = anchor.getAttribute('target')
  const { metaKey, ctrlKey, shiftKey, altKey } = event
  return (
    (target !== null && target !== '' && target !== '_self') ||
    metaKey ||
    ctrlKey ||
    shiftKey ||
    altKey ||
    event.nativeEvent.button === 1
  )
}
