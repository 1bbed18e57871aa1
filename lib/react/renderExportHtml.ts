import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { jsx } from 'react/jsx-runtime'
import { createContentCacheError } from '../core/errors.ts'
import { isEmptyNode, isTextNode } from './compaction/isEmptyNode.ts'
import { getWellFormedHtml } from './compaction/isPlainElement.ts'
import type { RenderHtml } from './compaction/renderInnerHtml.ts'
import { resolveLazyTree, withChildren } from './compaction/resolveLazyTree.ts'
import type { Props } from './compaction/shape.ts'
import { getClientReferenceId, isLazy, readLazy } from './reactInternals.ts'

/**
 * The HTML of a rendered fragment for who knows nothing of React: no comments, each element where it stands, and in
 * a Suspense boundary what it came to show.
 *
 * @param name of the fragment, for errors
 * @param root a tree in which all server components have been rendered, as Flight decodes it
 * @param renderMarkup React's `renderToStaticMarkup`
 * @throws {ContentCacheError} CC_EXPORT_NOT_PLAIN where only a browser, or React, can do what is to be done
 */
export async function renderExportHtml(
  name: string,
  root: ReactNode,
  renderMarkup: RenderHtml,
): Promise<string> {
  const createError = (obstacle: string, options?: ErrorOptions) =>
    createContentCacheError('CC_EXPORT_NOT_PLAIN', [name, obstacle], options)
  let tree: unknown
  try {
    tree = await resolveLazyTree(root)
  } catch (cause) {
    throw createError('a part of it failed to render', { cause })
  }
  const children = toHtmlTree(tree, { path: [], inBoundary: false }) as ReactNode
  // In it React neither moves a <title> or a <link> to the front nor writes there what images are to be preloaded.
  return renderMarkup(jsx('noscript', { children })).slice('<noscript>'.length, -'</noscript>'.length)

  function toHtmlTree(node: unknown, position: Position): unknown {
    if (isEmptyNode(node) || isTextNode(node)) return node
    if (Array.isArray(node)) return node.map((child) => toHtmlTree(child, position))
    if (!isValidElement<Props>(node)) throw createError(formatPath(position, 'an object that is no element'))
    const { type, key, props } = node
    if (type === Suspense) {
      const content = { type: Fragment, key, props: {} } as unknown as ReactElement<Props>
      return withChildren(content, toHtmlTree(props.children, { ...position, inBoundary: true }))
    }
    if (type === Fragment) return withChildren(node, toHtmlTree(props.children, position))
    if (typeof type !== 'string') throw createError(formatPath(position, describeType(type)))
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
  /** Elements around, from the outermost on. */
  readonly path: readonly string[]
  readonly inBoundary: boolean
}

/** Their content is no markup: what looks like a comment there is none. */
const RAW_TEXT_ELEMENTS = new Set(['script', 'style', 'textarea', 'title', 'iframe', 'noscript', 'xmp'])

/**
 * HTML that was made of a fragment inside, or of what is in a boundary there, has React's marks between texts: empty
 * comments. Elsewhere the site has written it.
 */
function stripReactComments(node: ReactElement<Props>, { inBoundary }: Position): ReactElement {
  const { type, key, props } = node
  const innerHtml = props.dangerouslySetInnerHTML
  const html =
    getWellFormedHtml(props) ??
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

function formatPath({ path }: Position, what: string): string {
  return [...path, `(${what})`].join(' > ')
}

/** What is no element, as far as it can be named. */
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
