import { routerLinks } from '#routerLinks'
import { BEHAVING_ELEMENTS, type Behaviours, NO_BEHAVIOUR } from '../../react/compaction/behaviours.ts'
import { decodeImageOptions } from '../imageOptions.ts'
import type { Router } from '../internals/routerLinks.ts'
import { decodeLinkOptions } from '../linkOptions.ts'
import { followImages } from './followImages.ts'
import { createLinkHandlers } from './linkHandlers.ts'

/** Props with which an element shows HTML. */
export interface HtmlProps {
  // biome-ignore lint/suspicious/noConfusingVoidType: the type of a `ref` with or without a cleanup
  readonly ref?: (element: Element | null) => void | (() => void)
  readonly [name: string]: unknown
}

export interface BehaviourOptions {
  readonly router: Router
  /** The `ref` of the element itself. */
  readonly ref?: HtmlProps['ref']
  /** Called before a behaviour changes the HTML of the element. */
  readonly onBeforeChange?: (() => void) | undefined
  /** Whether the element shows the HTML that has the behaviours. Default: it does. */
  readonly isMountable?: ((root: Element) => boolean) | undefined
}

/**
 * The props that give the elements in the HTML of an element, and the element itself, the behaviour of the components that
 * they replace.
 */
export function createBehaviourProps(behaviours: Behaviours, options: BehaviourOptions): HtmlProps {
  if (typeof window === 'undefined') return {}
  const { router, ref } = options
  const mount = (root: Element) => mountBehaviours(root, behaviours, options)
  return {
    ref(root) {
      ref?.(root)
      // React calls the function that this returns instead.
      if (root === null) return
      mountedRoots.set(root, { mount, unmount: mount(root) })
      return () => {
        mountedRoots.get(root)?.unmount()
        mountedRoots.delete(root)
        ref?.(null)
      }
    },
    ...(someCode(behaviours, decodeLinkOptions) && createLinkHandlers(router, findLinkOptions)),
  }
}

interface MountedRoot {
  mount(root: Element): () => void
  unmount(): void
}

const mountedRoots = new WeakMap<Element, MountedRoot>()

/** Runs a task that gives an element other HTML, and adds the behaviours to that HTML. */
export function replaceBehaviours(root: Element, replaceHtml: () => void): void {
  const mounted = mountedRoots.get(root)
  mounted?.unmount()
  replaceHtml()
  if (mounted) mounted.unmount = mounted.mount(root)
}

/** The characters of the elements with behaviour. A page may have thousands, so each has no more than that. */
const codes = new WeakMap<Element, string>()

const findLinkOptions = (element: Element) => decodeLinkOptions(codes.get(element) ?? NO_BEHAVIOUR)
const findImageOptions = (element: Element) => decodeImageOptions(codes.get(element) ?? NO_BEHAVIOUR)

/** Does nothing if a translator or an extension has changed the number of elements. */
function mountBehaviours(
  root: Element,
  behaviours: Behaviours,
  { router, onBeforeChange, isMountable }: BehaviourOptions,
): () => void {
  if (isMountable?.(root) === false) return () => {}
  const elements = listBehavingElements(root)
  if (elements.length !== behaviours.length) return () => {}
  for (const [index, element] of elements.entries()) {
    codes.set(element, behaviours.charAt(index))
    const options = findLinkOptions(element)
    if (options !== undefined) routerLinks.watch(element, router, options.prefetch)
  }
  const unfollowImages = someCode(behaviours, decodeImageOptions)
    ? followImages(root, elements, { findOptions: findImageOptions, onBeforeChange })
    : undefined
  return () => {
    unfollowImages?.()
    for (const element of listBehavingElements(root))
      if (findLinkOptions(element) !== undefined) routerLinks.unwatch(element)
  }
}

/** Calls the methods of the prototype, because the fields of a form hide its own by their names. */
function listBehavingElements(root: Element): Element[] {
  const { matches, querySelectorAll } = Element.prototype
  const elements = [...querySelectorAll.call(root, BEHAVING_ELEMENTS)]
  if (matches.call(root, BEHAVING_ELEMENTS)) elements.unshift(root)
  return elements
}

function someCode(behaviours: Behaviours, decode: (code: string) => object | undefined): boolean {
  for (const code of behaviours) if (decode(code) !== undefined) return true
  return false
}
