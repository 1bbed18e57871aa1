import type { ReactElement, ReactNode } from 'react'
import { BEHAVIOUR } from '../react/compaction/behaviours.ts'
import type { Props } from '../react/compaction/shape.ts'
import { changeElement } from '../react/reactInternals.ts'
import { toClientTree } from '../react/render/toClientTree.ts'
import { toHref } from './internals/getLinkId.ts'
import { encodeLinkOptions, type LinkOptions } from './linkOptions.ts'

/** The props of `next/link` that are no attributes. */
const LINK_PROPS = [
  'as',
  'children',
  'href',
  'legacyBehavior',
  'onNavigate',
  'passHref',
  'prefetch',
  'replace',
  'scroll',
  'shallow',
  'transitionTypes',
  'unstable_dynamicOnHover',
] as const

/**
 * Returns the `<a>` that a `next/link` renders. Returns nothing for a link that needs its component, and for one with props
 * that the component refuses.
 */
export function convertLink(element: ReactElement<Props>): ReactElement<Props> | undefined {
  const options = readOptions(element.props)
  const href = readHref(element.props)
  if (options === undefined || href === undefined || element.props.dangerouslySetInnerHTML != null)
    return undefined
  const children = resolveChildren(element.props.children)
  if (children === PENDING) return undefined
  const attributes: Record<string, unknown> = { ...element.props }
  for (const name of LINK_PROPS) delete attributes[name]
  const props = {
    ...attributes,
    href,
    children,
    [BEHAVIOUR]: encodeLinkOptions(options),
  }
  return changeElement(element, { type: 'a', props }) as ReactElement<Props>
}

const PENDING = Symbol('pending')

/** Server components in the content of a client component are not resolved yet. */
function resolveChildren(children: unknown): unknown {
  try {
    return toClientTree(children as ReactNode, { embedsTrees: true })
  } catch {
    return PENDING
  }
}

function readOptions(props: Props): LinkOptions | undefined {
  const { prefetch, replace, scroll, unstable_dynamicOnHover: dynamicOnHover } = props
  if (props.legacyBehavior || props.transitionTypes != null || props.onNavigate != null) return undefined
  if (prefetch != null && typeof prefetch !== 'boolean' && prefetch !== 'auto') return undefined
  for (const value of [replace, scroll, dynamicOnHover]) {
    if (value != null && typeof value !== 'boolean') return undefined
  }
  return {
    prefetch: prefetch === true ? 'full' : prefetch === false ? 'none' : 'auto',
    isDynamicOnHover: dynamicOnHover === true,
    replaces: replace === true,
    scrolls: scroll !== false,
  }
}

function readHref({ as, href }: Props): string | undefined {
  const url = as || href
  if (href == null || (typeof url !== 'string' && (typeof url !== 'object' || url === null))) return undefined
  // The component refuses it in development.
  if (!as && hasPlaceholder(url)) return undefined
  try {
    return toHref(url)
  } catch {
    return undefined
  }
}

/** Whether a URL has a segment such as `[id]`. */
function hasPlaceholder(url: string | object): boolean {
  const path = typeof url === 'string' ? url : (url as { readonly pathname?: unknown }).pathname
  if (typeof path !== 'string') return false
  return path.split('/').some((segment) => segment.startsWith('[') && segment.endsWith(']'))
}
