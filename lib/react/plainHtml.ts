import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { jsx } from 'react/jsx-runtime'
import { contentCacheError } from '../core/errors.ts'
import type { RenderHtml } from './compaction/leaves.ts'
import { isNothing, isText } from './compaction/nodes.ts'
import { wellFormedHtml } from './compaction/plainElements.ts'
import { settled, withChildren } from './compaction/settled.ts'
import type { Props } from './compaction/shape.ts'

/**
 * The HTML of a rendered fragment for who knows nothing of React: no comments, each element where it stands, and in
 * a Suspense boundary what it came to show.
 *
 * @param name of the fragment, for errors
 * @param root a tree in which all server components have been rendered, as Flight decodes it
 * @param renderMarkup React's `renderToStaticMarkup`
 * @throws {ContentCacheError} CC_EXPORT_NOT_PLAIN where only a browser, or React, can do what is to be done
 */
export async function plainHtml(name: string, root: ReactNode, renderMarkup: RenderHtml): Promise<string> {
  const notPlain = (obstacle: string, options?: ErrorOptions) =>
    contentCacheError('CC_EXPORT_NOT_PLAIN', [name, obstacle], options)
  let tree: unknown
  try {
    tree = await settled(root)
  } catch (cause) {
    throw notPlain('a part of it failed to render', { cause })
  }
  const children = plain(tree, { way: [], inBoundary: false }) as ReactNode
  // In it React neither moves a <title> or a <link> to the front nor writes there what images are to be preloaded.
  return renderMarkup(jsx('noscript', { children })).slice('<noscript>'.length, -'</noscript>'.length)

  function plain(node: unknown, place: Place): unknown {
    if (isNothing(node) || isText(node)) return node
    if (Array.isArray(node)) return node.map((child) => plain(child, place))
    if (!isValidElement<Props>(node)) throw notPlain(described(place, 'an object that is no element'))
    const { type, key, props } = node
    if (type === Suspense) {
      const content = { type: Fragment, key, props: {} } as unknown as ReactElement<Props>
      return withChildren(content, plain(props.children, { ...place, inBoundary: true }))
    }
    if (type === Fragment) return withChildren(node, plain(props.children, place))
    if (typeof type !== 'string') throw notPlain(described(place, nameOf(type)))
    const within = { ...place, way: [...place.way, type] }
    for (const prop in props) {
      if (typeof props[prop] === 'function') throw notPlain(described(within, `function in ${prop}`))
    }
    if (isNothing(props.children)) return withoutComments(node, place)
    const children = plain(props.children, within)
    return withChildren(node, children)
  }
}

interface Place {
  /** Elements around, from the outermost on. */
  readonly way: readonly string[]
  readonly inBoundary: boolean
}

/** Their content is no markup: what looks like a comment there is none. */
const RAW = new Set(['script', 'style', 'textarea', 'title', 'iframe', 'noscript', 'xmp'])

/**
 * HTML that was made of a fragment inside, or of what is in a boundary there, has React's marks between texts: empty
 * comments. Elsewhere the site has written it.
 */
function withoutComments(node: ReactElement<Props>, { inBoundary }: Place): ReactElement {
  const { type, key, props } = node
  const own = props.dangerouslySetInnerHTML
  const html = wellFormedHtml(props) ?? (inBoundary && !RAW.has(type as string) ? htmlIn(own) : undefined)
  if (html === undefined || !html.includes(MARK)) return node
  const dangerouslySetInnerHTML = { __html: html.replaceAll(MARK, '') }
  return withChildren({ type, key, props: { ...props, dangerouslySetInnerHTML } } as typeof node, undefined)
}

const MARK = '<!-- -->'

function htmlIn(own: unknown): string | undefined {
  if (typeof own !== 'object' || own === null || !('__html' in own)) return undefined
  return typeof own.__html === 'string' ? own.__html : undefined
}

function described({ way }: Place, what: string): string {
  return [...way, `(${what})`].join(' > ')
}

/** What is no element, as far as it can be named. */
function nameOf(type: unknown): string {
  if (typeof type === 'symbol') return String(type.description).replace(/^react\./, '')
  const name = clientName(type)
  return name ? `client component ${name}` : 'client component'
}

function clientName(type: unknown): string | undefined {
  try {
    if (isLazy(type)) return clientName(type._init(type._payload))
    const { $$id: id, displayName, name } = type as { $$id?: unknown; displayName?: unknown; name?: unknown }
    const [, exported] = typeof id === 'string' ? id.split('#') : []
    return [exported, displayName, name].find(
      (text): text is string => typeof text === 'string' && text !== '',
    )
  } catch {
    // References to modules of the browser let nobody look into them.
    return undefined
  }
}

function isLazy(type: unknown): type is { _payload: unknown; _init(payload: unknown): unknown } {
  return typeof type === 'object' && type !== null && '_init' in type && '_payload' in type
}
