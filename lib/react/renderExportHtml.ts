import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { jsx } from 'react/jsx-runtime'
import { createContentCacheError } from '../core/errors.ts'
import type { ConvertMarkup } from './compaction/convertMarkup.ts'
import { isEmptyNode, isTextNode } from './compaction/isEmptyNode.ts'
import { getWellFormedHtml } from './compaction/isPlainElement.ts'
import type { RenderHtml } from './compaction/renderHtml.ts'
import type { Props } from './compaction/shape.ts'
import { withChildren } from './compaction/withChildren.ts'
import { getClientReferenceId, isLazy, markKeysValidated, readLazy } from './reactInternals.ts'

/**
 * Renders the HTML of a fragment for programs that do not know React. It has no comments, every element is in place,
 * and a Suspense boundary shows its content.
 *
 * @param name of the fragment, for errors
 * @param root a tree in which all server components have been rendered, as Flight decodes it
 * @param renderMarkup React's `renderToStaticMarkup`
 * @param convert finds the client components that are exported as the elements that they render
 * @throws {ContentCacheError} CC_EXPORT_NOT_PLAIN when a part of the fragment needs React or a browser
 */
export function renderExportHtml(
  name: string,
  root: ReactNode,
  renderMarkup: RenderHtml,
  convert?: ConvertMarkup,
): string {
  const createError = (obstacle: string) => createContentCacheError('CC_EXPORT_NOT_PLAIN', [name, obstacle])
  const children = toHtmlTree(root, { path: [], inBoundary: false }) as ReactNode
  // Inside a <noscript> React does not move a <title> or a <link> to the front, and does not write preloads there.
  return renderMarkup(jsx('noscript', { children })).slice('<noscript>'.length, -'</noscript>'.length)

  function toHtmlTree(node: unknown, position: Position): unknown {
    if (isEmptyNode(node) || isTextNode(node)) return node
    if (Array.isArray(node)) {
      // React has warned of a missing key where the list was made.
      return node.map((child) => markKeysValidated(toHtmlTree(child, position)))
    }
    if (!isValidElement<Props>(node)) {
      throw createError(formatPath(position, 'an object that is not an element'))
    }
    const { type, key, props } = node
    if (type === Suspense) {
      const content = { type: Fragment, key, props: {} } as unknown as ReactElement<Props>
      return withChildren(content, toHtmlTree(props.children, { ...position, inBoundary: true }))
    }
    if (type === Fragment) return withChildren(node, toHtmlTree(props.children, position))
    if (typeof type !== 'string') {
      const markup = convert?.(node)
      if (markup === undefined) throw createError(formatPath(position, describeType(type)))
      return toHtmlTree(markup, position)
    }
    const within = { ...position, path: [...position.path, type] }
    for (const prop in props) {
      if (typeof props[prop] === 'function') throw createError(formatPath(within, `function in ${prop}`))
    }
    if (isEmptyNode(props.children)) return stripReactComments(node, position)
    const children = toHtmlTree(props.children, within)
    return withChildren(node, children)
  }
}

interface Position {
  /** The names of the elements around, outermost first. */
  readonly path: readonly string[]
  readonly inBoundary: boolean
}

/** The content of these elements is not markup, so `<!-- -->` in it is not a comment. */
const RAW_TEXT_ELEMENTS = new Set(['script', 'style', 'textarea', 'title', 'iframe', 'noscript', 'xmp'])

/**
 * Removes the empty comments that React writes between texts. They are in the HTML of a nested fragment and of a
 * boundary in it. Other HTML was written by the site, and does not change.
 */
function stripReactComments(node: ReactElement<Props>, { inBoundary }: Position): ReactElement {
  const { type, key, props } = node
  const innerHtml = props.dangerouslySetInnerHTML
  const html =
    getWellFormedHtml(props)?.__html ??
    (inBoundary && !RAW_TEXT_ELEMENTS.has(type as string) ? getInnerHtml(innerHtml) : undefined)
  if (html === undefined || !html.includes(REACT_COMMENT)) return node
  const dangerouslySetInnerHTML = { __html: html.replaceAll(REACT_COMMENT, '') }
  return withChildren({ type, key, props: { ...props, dangerouslySetInnerHTML } } as typeof node, undefined)
}

const REACT_COMMENT = '<!-- -->'

function getInnerHtml(innerHtml: unknown): string | undefined {
  if (typeof innerHtml !== 'object' || innerHtml === null || !('__html' in innerHtml)) return undefined
  return typeof innerHtml.__html === 'string' ? innerHtml.__html : undefined
}

function formatPath({ path }: Position, obstacle: string): string {
  return [...path, `(${obstacle})`].join(' > ')
}

/** Describes the type of a component or boundary. */
function describeType(type: unknown): string {
  if (typeof type === 'symbol') return String(type.description).replace(/^react\./, '')
  const name = getClientName(type)
  return name ? `client component ${name}` : 'client component'
}

function getClientName(type: unknown): string | undefined {
  try {
    if (isLazy(type)) return getClientName(readLazy(type))
    const { displayName, name } = type as { displayName?: unknown; name?: unknown }
    const [, exported] = getClientReferenceId(type as object)?.split('#') ?? []
    return [exported, displayName, name].find(
      (text): text is string => typeof text === 'string' && text !== '',
    )
  } catch {
    // A reference to a client module does not allow access to its properties.
    return undefined
  }
}
