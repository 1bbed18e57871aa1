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
  /** Absent if the element shows the HTML that has the behaviours. */
  readonly shellCheck?: ShellCheck | undefined
}

/** For a document that began with a stored shell. The shell may show an older state of an element. */
export interface ShellCheck {
  /** Passes whether the element came with the shell, as soon as that is known. */
  whenKnown(callback: (isInShell: boolean) => void): void
  /** Whether the element shows the HTML that has the behaviours. Reads all of its content. */
  isShown(root: Element): boolean
}

/**
 * The props that give the elements in the HTML of an element, and the element itself, the behaviour of the components that
 * they replace.
 */
export function createBehaviourProps(behaviours: Behaviours, options: BehaviourOptions): HtmlProps {
  if (typeof window === 'undefined') return {}
  const { router, ref } = options
  const mount = (root: Element) => mountWhenKnown(root, behaviours, options)
  return {
    ref(root) {
      ref?.(root)
      // React calls the function that this returns instead.
      if (root === null) return
      mountedRoots.set(root, { mount, mounted: mount(root) })
      return () => {
        mountedRoots.get(root)?.mounted.unmount()
        mountedRoots.delete(root)
        ref?.(null)
      }
    },
    ...(someCode(behaviours, decodeLinkOptions) &&
      createLinkHandlers(router, (anchor, root) => {
        mountedRoots.get(root)?.mounted.ensure()
        return findLinkOptions(anchor)
      })),
  }
}

interface Mounted {
  /** Mounts the behaviours now, if they still wait. */
  ensure(): void
  unmount(): void
}

const mountedRoots = new WeakMap<Element, { mount(root: Element): Mounted; mounted: Mounted }>()

/** Runs a task that gives an element other HTML, and adds the behaviours to that HTML. */
export function replaceBehaviours(root: Element, replaceHtml: () => void): void {
  const entry = mountedRoots.get(root)
  entry?.mounted.unmount()
  replaceHtml()
  if (entry) entry.mounted = entry.mount(root)
}

/** Reads the content of an element only if the stored shell contains it, because a page may have thousands of links. */
function mountWhenKnown(root: Element, behaviours: Behaviours, options: BehaviourOptions): Mounted {
  const { shellCheck } = options
  let isDecided = false
  let unmount = () => {}
  const decide = (mayDiffer: boolean) => {
    if (isDecided) return
    isDecided = true
    if (!mayDiffer || shellCheck?.isShown(root) !== false)
      unmount = mountBehaviours(root, behaviours, options)
  }
  if (shellCheck) shellCheck.whenKnown(decide)
  else decide(false)
  return {
    ensure: () => decide(true),
    unmount() {
      isDecided = true
      unmount()
    },
  }
}

/** The characters of the elements with behaviour. A page may have thousands, so each has no more than that. */
const codes = new WeakMap<Element, string>()

const findLinkOptions = (element: Element) => decodeLinkOptions(codes.get(element) ?? NO_BEHAVIOUR)
const findImageOptions = (element: Element) => decodeImageOptions(codes.get(element) ?? NO_BEHAVIOUR)

/** Does nothing if a translator or an extension has changed the number of elements. */
function mountBehaviours(
  root: Element,
  behaviours: Behaviours,
  { router, onBeforeChange }: BehaviourOptions,
): () => void {
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
